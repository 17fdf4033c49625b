import { type Chat, type Clock, type OutgoingMessage, PluginError, systemClock } from '@securitybot/core';
import { createApi, type SlackWeb } from './api.js';
import { botProblems } from './check.js';
import { type Connections, createConnections } from './connections.js';
import { createDelays } from './delays.js';
import { createWhoAmI } from './identity.js';
import { createInbound, createTake, type Receive } from './inbound.js';
import { quietly, type SlackLog } from './log.js';
import { createNames } from './names.js';
import { createPeople } from './people.js';
import { createPresses } from './presses.js';
import { createQueue } from './queue.js';
import { createRooms } from './rooms.js';
import { createSending } from './sending.js';
import type { SlackSocket } from './socket.js';
import { defaultWords, type SlackWords } from './words.js';

export interface SlackChatOptions {
  /** A WebClient with the bot token, as `createSlackClients` makes it. */
  readonly web: SlackWeb;
  /** SocketModeClients that do not reconnect by themselves; two, so that one is always open. */
  readonly sockets: readonly SlackSocket[];
  /** Where reports go, to be looked at by `start`: a channel's id, or its name with or without `#`. */
  readonly reportingChannel?: string;
  /** What the plugin itself says to people, in your language. */
  readonly words?: Partial<SlackWords>;
  /** Told what an operator should know; what it throws is ignored. */
  readonly log?: SlackLog;
  /** For tests. */
  readonly clock?: Clock;
}

const isPassing = (code: string) => code === 'UNAVAILABLE' || code === 'RATE_LIMITED';

/** Slack as a chat. Any number of processes may do so with one app, which Slack lets have ten connections in all. */
export function createSlackChat(options: SlackChatOptions): Chat {
  const { web, sockets, reportingChannel, clock = systemClock } = options;
  const log = quietly(options.log);
  const words = { ...defaultWords, ...options.words };
  const stopping = new AbortController();
  const { signal } = stopping;

  const api = createApi(web, clock, signal);
  const whoAmI = createWhoAmI(api, clock);
  const rooms = createRooms(api, clock);
  const lookUps = createDelays(['look-up of a login', 'look-ups of logins'], clock, log, signal);
  const people = createPeople(api, clock, whoAmI, createNames(api, clock, log, signal), lookUps);
  const sending = createSending(api, rooms, log);
  const enqueue = createQueue({
    clock,
    delays: createDelays(['message', 'messages'], clock, log, signal),
    stoppedMs: () => api.stoppedMs('chat.postMessage'),
    deliver: sending.deliver,
    stopping: signal,
  });
  const send = async (to: { user: string } | { room: string }, message: OutgoingMessage) =>
    enqueue(await sending.placeOf(to), message);
  const say = (user: string, key: string, text: string) => send({ user }, { key, nodes: [{ type: 'text', text }] });

  /** Events that are being taken. */
  const underWay = new Set<Promise<void>>();
  let connections: Connections | undefined;
  let stopped: Promise<void> | undefined;

  function connect(receive: Receive): Connections {
    const take = createTake(clock, receive, signal);
    const presses = createPresses({ api, take, words, say, log });
    const handle = createInbound({ take, presses, whoAmI, onUser: people.changed, log });
    return createConnections({
      sockets,
      clock,
      log,
      async onEnvelope(envelope) {
        if (signal.aborted) return; // for another process, or the next
        const job = handle(envelope).finally(() => underWay.delete(job));
        underWay.add(job);
        await job;
      },
    });
  }

  /** Throws where the set-up is wrong for good. What cannot be told now is logged, and seen later. */
  async function check(): Promise<void> {
    const problems = await botProblems({ api, whoAmI, rooms }, reportingChannel);
    for (const { code, message } of problems) if (isPassing(code)) log('warn', message);
    const [first, ...others] = problems.filter(({ code }) => !isPassing(code));
    if (first) throw new PluginError(first.code, [first, ...others].map(({ message }) => message).join(' '));
  }

  async function end(): Promise<void> {
    stopping.abort();
    await Promise.all(underWay);
    await connections?.stop();
  }

  function stop(): Promise<void> {
    stopped ??= end();
    return stopped;
  }

  return {
    name: 'slack',
    supports: { choices: true, home: true },

    async start(receive) {
      if (stopped || connections)
        throw new PluginError('REJECTED', 'slack: this chat was started before. Create another one.');
      connections = connect(receive);
      try {
        await check();
        await connections.start();
      } catch (error) {
        await stop();
        throw error;
      }
    },

    stop,

    findUser: (by) => people.find(by),

    async send(to, message) {
      return 'home' in to ? sending.publish(to.home, message) : send(to, message);
    },

    edit: (ref, message) => sending.edit(ref, message),
  };
}
