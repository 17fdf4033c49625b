import { type CommandDefinition, type CommandHandler, defaultMessages, type Messages, reply } from '@securitybot/core';
import type { CodeAuth } from './auth.ts';

export const codeCommand: CommandDefinition = {
  name: 'code',
  run: 'code',
  summary: 'proves that it is you, with the code that your authenticator app shows',
  usage: ['code 123456'],
  hidden: true,
};

const SAYS = {
  approved: 'That is the code.',
  pending: 'That is not the code, or it was used already. Wait for the next one, and type it.',
  denied: 'That was one wrong code too many.',
  none: 'I am not waiting for a code of yours.',
};

/** What the command does. `subjectOf` must be the bot's `people.subject`, where it has one. */
export function enterCode(auth: CodeAuth, subjectOf = (login: string) => login): CommandHandler {
  return async ({ login, args }) => {
    const username = await login(); // believed only where it leads back to whoever typed this
    if (username === undefined) return reply({ message: 'no-login' });
    const standing = auth.enter(subjectOf(username), args.join(''));
    return reply({ text: SAYS[standing as keyof typeof SAYS] ?? SAYS.none });
  };
}

/** The bot's sentences about pushes, for codes. */
export const codeMessages: Messages = {
  ...defaultMessages,
  permission:
    'Thank you! To be sure that it is really you, I need a code of your authenticator app. Have you got it at hand? (*yes* or *no*)',
  'permission-again': 'I have waited for the code in vain. Shall we try once more? (*yes* or *no*)',
  'permission-unsure': 'I cannot tell whether I have asked you for a code. Shall we try once more? (*yes* or *no*)',
  'permission-unclear': 'Please answer *yes* (ask me for the code) or *no*.',
  pushed: 'Type `code` and the six digits that the app shows for Securitybot, such as `code 123456`.',
  'push-is-out': 'I am waiting for the code of your authenticator app: type `code 123456`.',
  'told-push-denied': 'The code was wrong three times, so the security team will take *{title}* from here.',
  'told-expired': 'The code did not come in time, so the security team will take *{title}* from here.',
};
