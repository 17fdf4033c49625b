import { type Clock, type Observation, type Observe, systemClock } from '@securitybot/core';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Health } from './health.js';
import { CALLS, EFFECTS, known, OUTCOMES, outcomeOf, TURNS, VERDICTS, verdictLabels } from './labels.js';
import { sparingly } from './sparingly.js';

/** What only the store can say, of all replicas. The functions of `@securitybot/sql` fit. */
export interface StoreReadings {
  /** For how long the conversation that is due longest has waited for somebody to take it, in ms. */
  readonly overdueMs: () => Promise<number>;
  /** Open tasks by state. It may take a second: it is asked for so seldom that it takes a hundredth of the time at the most. */
  readonly openTasks: () => Promise<Readonly<Record<string, number>>>;
  /** Rejects where the store does not answer, or takes no writes. */
  readonly writable: () => Promise<void>;
}

export interface MetricsOptions {
  readonly store: StoreReadings;
  readonly health: Pick<Health, 'sinceClaimMs'>;
  /** For tests. */
  readonly clock?: Clock;
}

export interface Metrics {
  /** For the option `observe` of `createSecuritybot`. */
  readonly observe: Observe;
  /** Where the metrics are, and where more of your own may go. */
  readonly registry: Registry;
}

/** Seconds, for what a machine does. */
const MACHINE = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
/** Seconds, from an alert to its question: from a poll to a chat that is away. */
const QUESTION = [0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
/** Seconds, for what a person does: from a quick look at a phone to a weekend. */
const PERSON = [5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 86_400, 259_200];

/** The store's readings are given up after as long, in ms: before Prometheus gives up the scrape. */
const PATIENCE_MS = 5000;

/** Gauges that are read at each scrape. What the store does not say is left out, so that nobody takes an old number for a new one. */
function readStore(registry: Registry, { overdueMs, openTasks, writable }: StoreReadings, clock: Clock): void {
  const overdue = sparingly(overdueMs, { clock, leastMs: 1000, patienceMs: PATIENCE_MS });
  const up = sparingly(writable, { clock, leastMs: 1000, patienceMs: PATIENCE_MS });
  const tasks = sparingly(openTasks, { clock, leastMs: 10_000, times: 100, patienceMs: PATIENCE_MS });
  new Gauge({
    name: 'securitybot_open_tasks',
    help: 'Open tasks of all replicas, by state.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const open = await tasks().catch(() => ({}));
      this.reset();
      for (const [state, count] of Object.entries(open)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'securitybot_overdue_seconds',
    help: 'For how long the conversation that is due longest has waited for a replica to take it; 0: none waits.',
    registers: [registry],
    async collect() {
      const ms = await overdue().catch(() => undefined);
      if (ms === undefined) this.remove();
      else this.set(ms / 1000);
    },
  });
  new Gauge({
    name: 'securitybot_database_up',
    help: 'Whether the database answers this replica, and takes writes: 1 or 0.',
    registers: [registry],
    async collect() {
      this.set(
        await up().then(
          () => 1,
          () => 0,
        ),
      );
    },
  });
}

function readHealth(registry: Registry, health: MetricsOptions['health']): void {
  new Gauge({
    name: 'securitybot_claim_age_seconds',
    help: 'How long ago this replica last asked the store for work and was answered; absent while it starts or stops.',
    registers: [registry],
    collect() {
      const ms = health.sinceClaimMs();
      if (ms === undefined) this.remove();
      else this.set(ms / 1000);
    },
  });
}

const seconds = (ms: number) => Math.max(0, ms) / 1000;

/** Counters and times of what this replica does, from its start. */
function countObservations(registry: Registry): Observe {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter<L>({ name: `securitybot_${name}_total`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], labelNames: readonly L[] = []) =>
    new Histogram<L>({ name: `securitybot_${name}_seconds`, help, buckets, labelNames, registers });

  const alerts = counter('alerts', 'Alerts that became somebody’s.');
  const verdicts = counter('verdicts', 'Alerts that ended, by verdict, and by cause or proof.', ['verdict', 'cause']);
  const toQuestion = histogram(
    'alert_to_question',
    'From the first sight of an alert until its question is out; other questions may have come first.',
    QUESTION,
  );
  const toAnswer = histogram('question_to_answer', 'From the decision to ask until the person’s answer.', PERSON);
  const toVerdict = histogram('alert_to_verdict', 'From the first sight of an alert to its verdict.', PERSON);
  const effects = counter('effects', 'Effects tried, by what became of them.', ['effect', 'outcome']);
  const retries = counter('effect_retries', 'Effects tried again after a failure.', ['effect']);
  const calls = counter('provider_calls', 'Calls of the chat and of the second factor, by what became of them.', [
    'provider',
    'call',
    'outcome',
  ]);
  const callTimes = histogram('provider_call', 'How long those calls took.', MACHINE, ['provider', 'call']);
  const turns = counter('turns', 'Pieces of work: a look for alerts, a claim, a conversation, a message.', [
    'turn',
    'outcome',
  ]);
  const turnTimes = histogram('turn', 'How long those took.', MACHINE, ['turn']);
  const ignored = counter('messages_ignored', 'Messages that nobody answers: without sense, or from somebody unknown.');
  const conflicts = counter('conflicts', 'Saves refused because another came first. Some are normal.');
  const failures = counter('failures', 'Whatever is logged as an error.');

  for (const labels of VERDICTS) verdicts.inc({ ...labels }, 0);
  for (const effect of EFFECTS) {
    retries.inc({ effect }, 0);
    for (const outcome of OUTCOMES) effects.inc({ effect, outcome }, 0);
  }
  for (const call of CALLS) {
    callTimes.zero({ ...call });
    for (const outcome of OUTCOMES) calls.inc({ ...call, outcome }, 0);
  }
  for (const turn of TURNS) {
    turnTimes.zero({ turn });
    for (const outcome of OUTCOMES) turns.inc({ turn, outcome }, 0);
  }

  const count = (observation: Observation): void => {
    switch (observation.type) {
      case 'alert':
        return alerts.inc();
      case 'asked':
        return toQuestion.observe(seconds(observation.afterMs));
      case 'answered':
        return toAnswer.observe(seconds(observation.afterMs));
      case 'verdict':
        verdicts.inc({ ...verdictLabels(observation) });
        return toVerdict.observe(seconds(observation.afterMs));
      case 'effect': {
        const effect = known(EFFECTS, observation.effect);
        effects.inc({ effect, outcome: outcomeOf(observation) });
        if (observation.tries > 0) retries.inc({ effect });
        return;
      }
      case 'call': {
        const { provider, call } = observation;
        calls.inc({ provider, call, outcome: outcomeOf(observation) });
        return callTimes.observe({ provider, call }, seconds(observation.tookMs));
      }
      case 'turn':
        turns.inc({ turn: observation.kind, outcome: outcomeOf(observation) });
        return turnTimes.observe({ turn: observation.kind }, seconds(observation.tookMs));
      case 'message':
        return; // a turn, too
      case 'ignored':
        return ignored.inc();
      case 'conflict':
        return conflicts.inc();
      case 'failure':
        return failures.inc();
      default:
        return observation satisfies never;
    }
  };
  return count;
}

/**
 * Prometheus metrics of one bot: what it does, by `observe`; what the store says, at each scrape; and those of the process.
 * No label holds anything that somebody outside can write.
 */
export function createMetrics({ store, health, clock = systemClock }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  readStore(registry, store, clock);
  readHealth(registry, health);
  return { registry, observe: countObservations(registry) };
}
