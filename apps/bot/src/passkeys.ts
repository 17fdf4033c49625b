import { reportPasskeys, type WebauthnOptions } from '@securitybot/auth-webauthn';
import type { Chat } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import type { Logger } from 'pino';
import type { Environment } from './environment.js';
import { errorFields } from './log.js';

/** How soon the security team is told of a passkey, in ms. */
const REPORT_MS = 10_000;

/** What the functions of `@securitybot/auth-webauthn` take. Throws an Error where the environment names no origin. */
export function passkeyOptions({ passkeys }: Environment, database: SqlDatabase): WebauthnOptions {
  if (passkeys === undefined) {
    throw new Error(
      'SECURITYBOT_PASSKEY_ORIGIN is not set. Give where people reach the pages, such as https://securitybot.example.com: passkeys are bound to it.',
    );
  }
  return { database, ...passkeys };
}

/** Tells the security team of passkeys and of links to add one, until it is stopped. */
export function startPasskeys(
  environment: Environment,
  database: SqlDatabase,
  chat: Chat,
  log: Logger,
): { stop(): Promise<void> } {
  if (environment.passkeys === undefined) return { stop: async () => {} };
  const options = passkeyOptions(environment, database);
  const room = { room: environment.reportingChannel };
  let telling = Promise.resolve();
  const tell = async () => {
    try {
      await reportPasskeys(options, (report) => chat.send(room, report));
    } catch (error) {
      log.warn(errorFields(error), 'could not report a passkey; trying again');
    }
  };
  const timer = setInterval(() => {
    telling = telling.then(tell);
  }, REPORT_MS);
  return {
    stop() {
      clearInterval(timer);
      return telling;
    },
  };
}
