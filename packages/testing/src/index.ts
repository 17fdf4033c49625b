export { CLOCK_START, type Clock, type ClockOptions, createClock, type EngineClock } from './clock.js';
