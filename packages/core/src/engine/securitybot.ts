import { builtinFunctions } from '../commands/builtin.js';
import { defaultCommands } from '../commands/defaults.js';
import { commandRegistry } from '../commands/registry.js';
import type { InboundEvent } from '../contracts/chat.js';
import type { Conversation } from '../conversation/types.js';
import { messageBook } from '../messages/book.js';
import { defaultMessages } from '../messages/defaults.js';
import { checkHours } from '../policy/hours.js';
import { defaultPolicy } from '../policy/policy.js';
import { createAssigner } from './assign.js';
import { inTurn } from './calls.js';
import { createChecks } from './checks.js';
import { engineClock, stopwatch, systemClock } from './clock.js';
import { boundStores, type EngineContext } from './context.js';
import { createInbox } from './inbox.js';
import { createLedger } from './ledger.js';
import { createLoop, createPause } from './loop.js';
import { createMailbox, type Mailbox } from './mailbox.js';
import type { Observe } from './observe.js';
import type { Plugins, Securitybot, SecuritybotOptions } from './options.js';
import { createPerformer } from './perform.js';
import { createRecent } from './recent.js';
import { createRenderer } from './render.js';
import { createWake } from './wake.js';
import { createWorker, type Held } from './worker.js';

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How long a stop waits for what hangs, in ms: a chat may take two minutes for one message. */
const STOP_MS = 130_000;

/** Whether effects wait that are not the asking after a challenge. */
function isUnperformed({ outbox }: Conversation): boolean {
  return outbox.some(({ type }) => type !== 'check');
}

/** An observer whose failures are nobody's. */
function quietly(observe: Observe | undefined): Observe {
  return (observation) => {
    // Whoever watches must not stop what is watched, neither at once nor later.
    try {
      Promise.resolve(observe?.(observation)).catch(() => undefined);
    } catch {}
  };
}

/**
 * Composes a bot of a chat, a second factor, a task store and a blacklist. Any number of processes may do so on one
 * store. Throws an Error that says what to change where the options make no sense.
 */
export function createSecuritybot(plugins: Plugins, options: SecuritybotOptions): Securitybot {
  const policy = options.policy ?? defaultPolicy;
  checkHours(policy.hours);
  if (options.reportingChannel.trim() === '') {
    throw new Error('createSecuritybot: reportingChannel is empty. Name the room that reports go to.');
  }
  const messages = messageBook(options.messages ?? defaultMessages);
  const definitions = options.commands ?? defaultCommands;
  const clock = engineClock(options.clock ?? systemClock);
  const recent = createRecent();
  const stores = boundStores(clock, plugins, recent.forgetAll);
  const functions = {
    ...builtinFunctions({ commands: definitions, blacklist: stores.blacklist, messages, hash: sha256 }),
    ...options.functions,
  };
  const commands = commandRegistry(definitions, functions);
  const stopping = new AbortController();
  const context: EngineContext = {
    ...plugins,
    ...stores,
    recent,
    policy,
    people: {
      find: options.people?.find ?? ((username) => ({ username })),
      login: options.people?.login ?? (({ username }) => username),
      subject: options.people?.subject ?? ((login) => login),
    },
    reportingChannel: options.reportingChannel,
    commands,
    renderer: createRenderer(messages, commands),
    observe: quietly(options.observe),
    clock,
    pollMs: options.pollMs ?? 1000,
    leaseMs: options.leaseMs ?? 30_000,
    concurrency: options.concurrency ?? 1024,
    stopping: stopping.signal,
    wake: { claims: () => claims.wake(), intake: () => intake.wake() },
    workers: {
      // A quarter of the places is for what the store hands out, which is the longest due.
      hasRoom: (person) =>
        !stopping.signal.aborted && running.size < context.concurrency * 0.75 && !mailboxes.has(person),
      of: (person) => mailboxes.get(person),
      take: begin,
    },
  };

  const ledger = createLedger(context);
  const perform = createPerformer(context);
  const checks = createChecks(context, ledger, perform);
  const work = createWorker(context, ledger, perform, checks);
  const inbox = createInbox(context, ledger);
  /** Workers. */
  const running = new Set<Promise<void>>();
  /** Those of the workers, by the person whose conversation it is. */
  const mailboxes = new Map<string, Mailbox>();
  /** People with effects that have to be tried again. */
  const unperformed = new Set<string>();
  const receiving = new Set<Promise<void>>();
  let started: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  async function workOn(held: Held, mailbox: Mailbox): Promise<void> {
    const { person } = held.conversation;
    try {
      const left = await inTurn(
        context,
        'work',
        () => 1,
        (turn) => work(held, mailbox, turn),
      );
      if (left && isUnperformed(left)) unperformed.add(person);
      else unperformed.delete(person);
    } catch (error) {
      context.observe({ type: 'failure', doing: `work on the conversation of ${person}`, error });
    }
  }

  function begin(held: Held): void {
    const { person } = held.conversation;
    const mailbox = createMailbox();
    mailboxes.set(person, mailbox);
    const job = workOn(held, mailbox).finally(() => {
      running.delete(job);
      if (mailboxes.get(person) === mailbox) mailboxes.delete(person);
      mailbox.close();
      claims.wake();
    });
    running.add(job);
  }

  async function claim(): Promise<number> {
    const limit = context.concurrency - running.size;
    if (limit <= 0) return 0;
    const heldFor = stopwatch(clock);
    const { claimed } = await inTurn(
      context,
      'claim',
      (found) => found.claimed.length,
      () => context.tasker.claim({ leaseMs: context.leaseMs, limit }),
    );
    for (const one of claimed) begin({ ...one, heldFor, attempted: [] });
    return claimed.length;
  }

  const pause = createPause(clock, context.pollMs, stopping.signal);
  const assigner = createAssigner(context, ledger);
  const intake = createLoop(context, pause, 'take new alerts', assigner.take);
  const claims = createLoop(context, pause, 'claim conversations', claim);
  let loops: Promise<unknown> = Promise.resolve();

  async function receive(event: InboundEvent): Promise<void> {
    const job = inbox(event);
    const settled = job.catch((error) =>
      context.observe({ type: 'failure', doing: `take a ${event.type} event`, error }),
    );
    const tracked = settled.finally(() => receiving.delete(tracked));
    receiving.add(tracked);
    return job;
  }

  async function settle(): Promise<void> {
    await assigner.settle();
    while (running.size + receiving.size > 0) await Promise.all([...running, ...receiving]);
  }

  return {
    start() {
      if (stopped) return Promise.reject(new Error('This bot was stopped. Create another one.'));
      started ??= (async () => {
        await plugins.chat.start(receive);
        loops = Promise.all([intake.run(), claims.run()]);
      })();
      return started;
    },

    stop() {
      stopped ??= (async () => {
        await started?.catch(() => undefined);
        stopping.abort();
        const handedBack = (async () => {
          await plugins.chat.stop();
          await loops;
          await settle();
          await checks.stop();
        })();
        const enough = new AbortController();
        const tooLong = clock.sleep(STOP_MS, enough.signal).then(() => {
          if (enough.signal.aborted) return;
          const error = new Error(
            `something hangs; after ${STOP_MS} ms it is left alone, and taken up again at the next start`,
          );
          context.observe({ type: 'failure', doing: 'stop', error });
        });
        await Promise.race([handedBack, tooLong]).finally(() => enough.abort());
      })();
      return stopped;
    },

    wake: createWake(context),

    async idle() {
      while (!stopping.signal.aborted) {
        await settle();
        const saves = ledger.saves();
        let found = await intake.once();
        for (let more = await claims.once(); more > 0; more = await claims.once()) {
          found += more;
          await settle();
        }
        const hasSettled = await checks.all();
        await settle();
        if (found > 0 || hasSettled || ledger.saves() !== saves) continue;
        for (const person of unperformed) {
          const { conversation } = await context.tasker.load(person);
          if (!isUnperformed(conversation)) unperformed.delete(person);
        }
        if (unperformed.size === 0) return;
        await context.clock.sleep(context.pollMs, stopping.signal);
      }
    },
  };
}
