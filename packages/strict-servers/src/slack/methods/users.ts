import { type Member, userObject } from '../people.js';
import type { Arguments } from '../request.js';
import type { World } from '../world.js';
import { flag, type Method, missing, no, page, text } from './method.js';

const render = (member: Member, given: Arguments, world: World) =>
  userObject(member, world.settings, {
    email: world.tokens.has('users:read.email'),
    locale: flag(given, 'include_locale') ?? false,
  });

// https://docs.slack.dev/reference/methods/users.info
const info: Method = {
  tier: 4,
  scopes: () => ['users:read'],
  run(given, world) {
    const id = text(given, 'user');
    if (id === undefined) return missing('user');
    const member = world.people.get(id);
    return member ? { ok: true, user: render(member, given, world) } : no('user_not_found');
  },
};

// https://docs.slack.dev/reference/methods/users.lookupByEmail
const lookupByEmail: Method = {
  tier: 3,
  scopes: () => ['users:read.email'],
  run(given, world) {
    const email = text(given, 'email');
    if (email === undefined) return missing('email');
    const member = world.people.byEmail(email);
    // Slack finds nobody who was deactivated.
    return member && !member.details.deactivated
      ? { ok: true, user: render(member, given, world) }
      : no('users_not_found');
  },
};

// https://docs.slack.dev/reference/methods/users.list
const list: Method = {
  tier: 2,
  scopes: () => ['users:read'],
  run(given, world) {
    const got = page('users.list', world.people.members, given, world);
    if ('error' in got) return got.error;
    return {
      ok: true,
      members: got.items.map((member) => render(member, given, world)),
      cache_ts: Math.floor(world.settings.now() / 1000),
      response_metadata: { next_cursor: got.cursor },
    };
  },
};

export const userMethods: Readonly<Record<string, Method>> = {
  'users.info': info,
  'users.lookupByEmail': lookupByEmail,
  'users.list': list,
};
