import { createServer } from 'node:http';
import { createListening, HOST } from '../listening.js';
import { createChannel } from './acts/channel.js';
import { announceJoin, createPerson } from './acts/person.js';
import { createConversations } from './conversations.js';
import { createDelivery } from './delivery.js';
import { createEvents } from './events.js';
import { createFaults } from './faults.js';
import { createIds } from './ids.js';
import { createJournal } from './journal.js';
import { createLimits } from './limits.js';
import type { Names } from './mrkdwn.js';
import { createOrders } from './orders.js';
import { createDirectory } from './people.js';
import { createPosts } from './posts.js';
import { readSettings } from './settings.js';
import { createSocket } from './socket.js';
import { createTokens } from './tokens.js';
import { createTriggers } from './triggers.js';
import type { SlackServer, SlackServerOptions } from './types.js';
import type { SlackPersonDetails } from './types-people.js';
import { createViews } from './views.js';
import { createWebApi } from './web-api.js';
import type { World } from './world.js';

/** How often `until` looks at what may have changed in the app only. */
const LOOK_MS = 20;

function buildWorld(options: SlackServerOptions, origin: () => string, opened: () => void): World {
  const settings = readSettings(options);
  const ids = createIds(settings.now);
  const journal = createJournal(settings.now);
  const tokens = createTokens(settings);
  const people = createDirectory(settings, ids);
  const conversations = createConversations(settings, ids);
  const names: Names = {
    person(id) {
      const details = people.get(id)?.details;
      return details && (details.displayName || details.realName || details.name);
    },
    channel: (id) => conversations.get(id)?.name,
    channelId: (name) => conversations.named(name)?.id,
  };
  const socket = createSocket(settings, journal, {
    opened,
    received: (connection, data) => delivery.received(connection, data),
    closed: (connection) => delivery.closed(connection),
  });
  const delivery = createDelivery(settings, journal, socket);
  return {
    settings,
    ids,
    journal,
    tokens,
    people,
    conversations,
    names,
    posts: createPosts(settings, ids, journal, conversations, names),
    triggers: createTriggers(settings, ids),
    views: createViews(ids),
    socket,
    delivery,
    events: createEvents(settings, ids, tokens, delivery),
    origin,
  };
}

/** Starts a Slack that is as strict as the real one. Rejects where the port is taken. */
export async function createSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  let port = 0;
  let drained = true;
  const world = buildWorld(
    options,
    () => `http://${HOST}:${port}`,
    () => {
      // After an outage what happened meanwhile waits for a connection, however long that takes.
      if (drained) return;
      drained = true;
      world.delivery.resume();
    },
  );
  const { settings, journal, people, conversations, socket, delivery } = world;
  const limits = createLimits(settings);
  const orders = createOrders();
  const webApi = createWebApi(world, limits, orders);
  const server = createServer(webApi.handle);
  server.on('upgrade', socket.upgrade);
  const { listen, stop } = createListening(server);
  port = await listen(options.port ?? 0);

  const down = async () => {
    if (!server.listening) return;
    socket.drop();
    await stop();
  };
  const faults = createFaults(
    world,
    { orders, limits, webApi },
    {
      async goDown() {
        drained = false;
        delivery.hold();
        await down();
      },
      async comeUp() {
        if (!server.listening) await listen(port);
      },
    },
  );

  const add = (details: SlackPersonDetails | string) =>
    people.add(typeof details === 'string' ? { name: details } : details);

  return {
    get url() {
      return `${world.origin()}/api/`;
    },
    get port() {
      return port;
    },
    botToken: settings.botToken,
    appToken: settings.appToken,
    team: settings.team,
    bot: settings.bot,

    addPerson: (details) => createPerson(world, add(details)),
    addPeople(count, details = (index) => ({ name: `person${index + 1}` })) {
      for (let index = 0; index < count; index += 1) add(details(index));
    },
    joins(details) {
      const member = add(details);
      announceJoin(world, member);
      return createPerson(world, member);
    },
    person(key) {
      const member = people.get(key) ?? people.byName(key) ?? people.byEmail(key);
      if (!member)
        throw new Error(`There is nobody with the id, name or e-mail address "${key}". Add them with addPerson().`);
      return createPerson(world, member);
    },
    addChannel: (details) =>
      createChannel(world, conversations.add(typeof details === 'string' ? { name: details } : details)),
    channel(key) {
      const found = conversations.get(key) ?? conversations.named(key);
      if (!found) throw new Error(`There is no channel "${key}". Add it with addChannel().`);
      return createChannel(world, found);
    },

    calls: journal.calls,
    callsOf: (method) => journal.calls.filter((call) => call.method === method && call.status !== 429),
    violations: journal.violations,
    deliveries: journal.deliveries,
    get connections() {
      return socket.connections().map(({ id, open, envelopes }) => ({ id, open, envelopes }));
    },
    unacknowledged: delivery.unacknowledged,
    async until(holds, what, { timeoutMs = settings.times.patienceMs } = {}) {
      const find = () => (holds() ? true : undefined);
      const looks = setInterval(() => journal.changed(), LOOK_MS);
      try {
        await journal.waitFor(find, () => `${what}: that did not happen within ${timeoutMs} ms.`, timeoutMs);
      } finally {
        clearInterval(looks);
      }
    },
    faults,

    async close() {
      delivery.close();
      world.triggers.close();
      webApi.close();
      socket.close();
      journal.close();
      await down();
    },
  };
}
