import { createZulipChat } from '@securitybot/chat-zulip';
import { authority, setting } from './env.ts';
import { log } from './log.ts';
import { byEmail, type ChatSide } from './sides.ts';

/** Zulip, by its event queues. */
export async function connectChat(): Promise<ChatSide> {
  const reportingChannel = setting('SECURITYBOT_REPORTING_CHANNEL');
  const chat = createZulipChat({
    site: setting('ZULIP_URL'),
    email: setting('ZULIP_EMAIL'),
    apiKey: setting('ZULIP_API_KEY'),
    ...(await authority('ZULIP_CA_FILE')),
    reportingChannel,
    log,
  });
  return { chat, reportingChannel, people: byEmail(setting('SECURITYBOT_EMAIL_DOMAIN')) };
}
