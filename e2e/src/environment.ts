import type { DuoServer, SlackServer, ZulipServer } from '@securitybot/strict-servers';

/** What a process reads from the environment to ask people in that Slack. */
export const slackEnvironment = ({ botToken, appToken, url }: SlackServer) => ({
  SLACK_BOT_TOKEN: botToken,
  SLACK_APP_TOKEN: appToken,
  SLACK_API_URL: url,
});

/** To ask them in that Zulip. */
export const zulipEnvironment = ({ url, email, apiKey }: ZulipServer) => ({
  ZULIP_URL: url,
  ZULIP_EMAIL: email,
  ZULIP_API_KEY: apiKey,
});

/** To have it proven by that Duo. */
export const duoEnvironment = ({ integrationKey, secretKey, host, caFile }: DuoServer) => ({
  DUO_INTEGRATION_KEY: integrationKey,
  DUO_SECRET_KEY: secretKey,
  DUO_API_HOST: host,
  DUO_CA_FILE: caFile,
});
