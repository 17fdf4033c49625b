export { type Config, type LoadConfigOptions, loadConfig } from './load.js';
export { ConfigError, type Problem } from './problem.js';
