export { createHealth, type Health, type HealthOptions, type ProbeAnswer } from './health.js';
export { createMetrics, type Metrics, type MetricsOptions, type StoreReadings } from './metrics.js';
export { observeAll } from './observe-all.js';
export { serveTelemetry, type TelemetryServer, type TelemetryServerOptions } from './server.js';
export { createTracing, type TracingOptions } from './tracing.js';
