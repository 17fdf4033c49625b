import { chatMethods } from './chat.js';
import { conversationMethods } from './conversations.js';
import { type Method, no } from './method.js';
import { userMethods } from './users.js';
import { viewMethods } from './views.js';

// https://docs.slack.dev/reference/methods/auth.test: hundreds a minute are fine
const authTest: Method = {
  tier: 'free',
  token: 'any',
  run(_, { settings }) {
    const { team, bot } = settings;
    return {
      ok: true,
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: bot.name,
      team_id: team.id,
      user_id: bot.userId,
      bot_id: bot.id,
      is_enterprise_install: false,
      ...(team.enterpriseId && { enterprise_id: team.enterpriseId }),
    };
  },
};

// https://docs.slack.dev/reference/methods/apps.connections.open
const connectionsOpen: Method = {
  tier: 1,
  token: 'app',
  scopes: () => ['connections:write'],
  run(_, { settings, socket, origin }) {
    // The reference does not tell what Slack answers where Socket Mode is off: this error is made up.
    if (!settings.socketMode) return no('socket_mode_not_enabled');
    return { ok: true, url: socket.ticket(origin()) };
  },
};

/** The methods that this server knows. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'apps.connections.open': connectionsOpen,
  ...chatMethods,
  ...conversationMethods,
  ...userMethods,
  ...viewMethods,
};
