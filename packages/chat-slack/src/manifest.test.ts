import { readdir, readFile } from 'node:fs/promises';
import { LEAST_SCOPES } from '@securitybot/strict-servers';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SCOPES } from './scopes.js';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

async function manifest() {
  return parse(await read('../manifest.yaml'));
}

/** What each method needs, from its page under https://docs.slack.dev/reference/methods. */
const SCOPES_OF: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.postMessage': ['chat:write', 'im:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
};

/** And each event, from its page under https://docs.slack.dev/reference/events. */
const SCOPES_OF_EVENTS: Readonly<Record<string, readonly string[]>> = {
  'message.im': ['im:history'],
  app_home_opened: [],
  user_change: ['users:read'],
  team_join: ['users:read'],
};

/** The methods that the code calls. */
async function methodsCalled(): Promise<string[]> {
  const files = await readdir(new URL('.', import.meta.url));
  const sources = await Promise.all(
    files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).map((file) => read(file)),
  );
  const called = sources.flatMap((source) => [
    ...source.matchAll(/'((?:apps|auth|chat|conversations|users|views)\.\w+(?:\.\w+)?)'/g),
  ]);
  return [...new Set(called.map(([, method = '']) => method))].filter((method) => method !== 'chat.js').sort();
}

describe('manifest.yaml', () => {
  test('asks for the scopes that the methods and events in the code need, and for no other', async () => {
    const { oauth_config, settings } = await manifest();
    expect(await methodsCalled()).toEqual(Object.keys(SCOPES_OF));
    const events: string[] = settings.event_subscriptions.bot_events;
    expect(events.toSorted()).toEqual(Object.keys(SCOPES_OF_EVENTS).sort());
    const needed = new Set([...Object.values(SCOPES_OF), ...Object.values(SCOPES_OF_EVENTS)].flat());
    expect(oauth_config.scopes.bot.toSorted()).toEqual([...needed].sort());
    expect(oauth_config.scopes).not.toHaveProperty('user');
  });

  test('asks for what the check at start looks for, and for what the tests have', async () => {
    const { bot } = (await manifest()).oauth_config.scopes;
    expect(bot).toEqual([...SCOPES.keys()]);
    expect(bot).toEqual(LEAST_SCOPES);
  });

  test('subscribes to the events that the code takes', async () => {
    const source = await read('socket.ts');
    const [, taken = ''] = /EVENTS[^=]*= new Set\(\[(.*?)\]\)/s.exec(source) ?? [];
    const { bot_events } = (await manifest()).settings.event_subscriptions;
    const names = bot_events.map((name: string) => name.replace(/\.im$/, '')).toSorted();
    expect(names).toEqual(taken.match(/\w+/g)?.sort());
  });

  test('needs no public address, lets people type and press, and has a Home tab', async () => {
    const { features, settings } = await manifest();
    expect(settings).toMatchObject({
      socket_mode_enabled: true,
      interactivity: { is_enabled: true },
      token_rotation_enabled: false,
    });
    expect(features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
    expect(JSON.stringify([features, settings])).not.toContain('url');
  });
});
