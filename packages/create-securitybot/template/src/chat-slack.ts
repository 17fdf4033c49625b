import { createSlackChat, createSlackClients } from '@securitybot/chat-slack';
import { optional, setting } from './env.ts';
import { log } from './log.ts';
import { byEmail, type ChatSide } from './sides.ts';

/** Slack, by Socket Mode. */
export async function connectChat(): Promise<ChatSide> {
  const clients = createSlackClients({
    botToken: setting('SLACK_BOT_TOKEN'),
    appToken: setting('SLACK_APP_TOKEN'),
    ...optional('apiUrl', 'SLACK_API_URL'),
    log,
  });
  const reportingChannel = setting('SECURITYBOT_REPORTING_CHANNEL');
  return {
    chat: createSlackChat({ ...clients, reportingChannel, log }),
    reportingChannel,
    people: byEmail(setting('SECURITYBOT_EMAIL_DOMAIN')),
  };
}
