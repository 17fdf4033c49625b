import type { CommandDefinition } from './types.js';

/** The bot's commands, as people see them. */
export const defaultCommands: readonly CommandDefinition[] = [
  {
    name: 'help',
    run: 'help',
    summary: 'lists what I understand, with -a all of it',
    usage: ['help', 'help -a'],
  },
  { name: 'hi', run: 'hi', aliases: ['hello', 'hey'], summary: 'says hello', usage: ['hi'], success: 'Hello {name}!' },
  {
    name: 'yes',
    run: 'yes',
    aliases: ['y', 'yep', 'yeah', 'yup', 'ok', 'okay', 'sure'],
    summary: 'it was you; or: send the push',
    usage: ['yes <a few words>', 'yes <number> <a few words>'],
    hidden: true,
  },
  {
    name: 'no',
    run: 'no',
    aliases: ['n', 'nope', 'nah'],
    summary: 'it was not you; or: no push',
    usage: ['no <a few words>', 'no <number> <a few words>'],
    hidden: true,
  },
  {
    name: 'unsure',
    run: 'unsure',
    aliases: ['maybe', 'perhaps', 'dunno'],
    summary: 'you cannot tell whether it was you',
    usage: ['unsure <a few words>', 'unsure <number> <a few words>'],
    hidden: true,
  },
  {
    name: 'ignore',
    run: 'ignore',
    summary: 'stops me from asking about the alert on the table, or about the last one, for at most 4h',
    usage: ['ignore current 1h30m', 'ignore last 1h30m'],
  },
  { name: 'status', run: 'status', summary: 'lists what is open between us', usage: ['status'] },
  {
    name: 'stop',
    run: 'stop',
    summary: 'stops me from writing to you; your alerts then go to the security team',
    usage: ['stop'],
    success:
      "All right, I won't write to you about alerts any more. They go to the security team instead. Type `start` to come back.",
    failure: 'You have opted out already. Type `start` to come back.',
  },
  {
    name: 'start',
    run: 'start',
    summary: 'takes back stop',
    usage: ['start'],
    success: 'Welcome back! I will ask you about your alerts again.',
    failure: 'You have not opted out: I ask you about your alerts.',
  },
  {
    name: 'test',
    run: 'test',
    summary: 'raises a test alert for you',
    usage: ['test'],
    hidden: true,
    success: 'I have raised a test alert for you.',
    failure: 'I have raised a test alert for you, but you have just proven one, so I will not ask about it.',
  },
];
