import { randomBytes } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type Bell, createBell } from '../bell.js';
import { createAuthority, createCertificate } from '../duo/certificates.js';
import { createListening, HOST } from '../listening.js';
import { inRealTime } from '../real-time.js';
import { createChannel, createPerson } from './acts/person.js';
import { createApi, type Mutable } from './api.js';
import { createFaults } from './faults.js';
import type { Names } from './inline.js';
import { createLimits } from './limits.js';
import { type Channel, createMessages } from './messages.js';
import { createDirectory, nameOf } from './people.js';
import { createQueues } from './queues.js';
import { unread } from './speech.js';
import type { ZulipCall, ZulipServer, ZulipServerOptions, ZulipTimes, ZulipViolation } from './types.js';
import { findChannel, type Settings, type World } from './world.js';

const TIMES: ZulipTimes = { heartbeatMs: 50_000, queueMs: 600_000, editMs: 600_000, patienceMs: 5000 };
const GROUPS = ['security', 'everyone-here'];
/** How often `until` looks at what may have changed in the client only. */
const LOOK_MS = 20;

function readSettings({ port: _port, tls: _tls, ...options }: ZulipServerOptions): Settings {
  return {
    email: 'securitybot-bot@zulip.example.com',
    apiKey: randomBytes(16).toString('hex'),
    limit: 200,
    maxMessageLength: 10_000,
    featureLevel: 421,
    botType: 1,
    now: Date.now,
    schedule: inRealTime,
    ...options,
    times: { ...TIMES, ...options.times },
  };
}

function buildWorld(settings: Settings, bell: Bell, violations: ZulipViolation[]): World {
  const people = createDirectory();
  const bot = people.add({ name: 'securitybot', email: settings.email, fullName: 'Securitybot', bot: true });
  const channels: Channel[] = [];
  const names: Names = {
    person(name, id) {
      const member = people.members.find(
        (each) =>
          !each.details.deactivated && (id === undefined || each.id === id) && (name === '' || nameOf(each) === name),
      );
      return member && nameOf(member);
    },
    hasGroup: (name) => GROUPS.includes(name),
    hasChannel: (name) => findChannel({ channels }, name) !== undefined,
  };
  const messages = createMessages(settings.now, names);
  const violate: World['violate'] = (rule, detail) => {
    violations.push({ at: settings.now(), rule, detail });
    bell.ring();
  };
  const { times, schedule } = settings;
  const queues = createQueues({ times, schedule, bell, messages, violate });
  return { settings, bell, people, bot, channels, messages, queues, violate };
}

/** Starts a Zulip on 127.0.0.1 that is as strict as the real one. Rejects with an Error when the port is taken. */
export async function createZulipServer(options: ZulipServerOptions = {}): Promise<ZulipServer> {
  const settings = readSettings(options);
  const bell = createBell('strict Zulip');
  const calls: Mutable<ZulipCall>[] = [];
  const violations: ZulipViolation[] = [];
  const world = buildWorld(settings, bell, violations);
  const { people, queues, channels } = world;
  const limits = createLimits(settings.limit, settings.now);
  const ordered = createFaults();
  const api = createApi(world, { calls, limits, ordered });

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    // A client that goes away in the middle is none of our errors.
    api.answer(request, response).catch(() => response.destroy());
  };
  const authority = options.tls ? await createAuthority() : undefined;
  const server = authority ? createHttps(await createCertificate(authority, 'own'), handle) : createHttp(handle);
  const { listen, stop } = createListening(server);
  const port = await listen(options.port ?? 0);

  return {
    url: `${authority ? 'https' : 'http'}://${HOST}:${port}`,
    port,
    email: settings.email,
    apiKey: settings.apiKey,
    botId: world.bot.id,
    ca: authority?.cert,

    addPerson: (details) => createPerson(world, people.add(typeof details === 'string' ? { name: details } : details)),
    person(key) {
      const member =
        typeof key === 'number'
          ? people.get(key)
          : (people.byEmail(key) ?? people.members.find(({ details }) => details.name === key));
      if (!member) throw new Error(`There is nobody with the id, address or name "${key}". Add them with addPerson().`);
      return createPerson(world, member);
    },
    addChannel(details) {
      const given = typeof details === 'string' ? { name: details } : details;
      const channel: Channel = {
        id: channels.length + 21,
        details: { botIsSubscribed: !given.private, ...given },
      };
      channels.push(channel);
      return createChannel(world, channel);
    },
    channel(key) {
      const channel = findChannel(world, key);
      if (!channel) throw new Error(`There is no channel "${key}". Add it with addChannel().`);
      return createChannel(world, channel);
    },

    calls,
    callsOf: (endpoint) => calls.filter((call) => call.endpoint === endpoint && call.status !== 429),
    violations,
    queues: queues.count,
    polls: queues.polls,
    unread: () => unread(world),
    async until(holds, what, { timeoutMs = settings.times.patienceMs } = {}) {
      const looks = setInterval(() => bell.ring(), LOOK_MS);
      await bell.until(holds, what, timeoutMs).finally(() => clearInterval(looks));
    },

    faults: {
      ...ordered.faults,
      delay: api.delay,
      mend() {
        ordered.clear();
        limits.forget();
        api.delay(0);
      },
      expireQueues: queues.expire,
      dropPolls: queues.dropPolls,
      sendEvent: queues.push,
      revoke: (what = 'key') => api.revoke(what),
      restore: () => api.revoke(undefined),
      goDown: stop,
      async comeUp() {
        await listen(port);
      },
    },

    async close() {
      queues.expire();
      bell.close();
      await stop();
    },
  };
}
