import { expect, it } from 'vitest';
import { assume } from './ask.ts';
import { HELP, readFlags } from './flags.ts';

it('takes every choice by a flag', () => {
  const { folder, choices, yes } = readFlags(['bot', '--chat', 'slack', '--auth=duo', '--database', 'postgres', '-y']);
  expect({ folder, choices, yes }).toEqual({
    folder: 'bot',
    choices: { chat: 'slack', auth: 'duo', database: 'postgres' },
    yes: true,
  });
});

it('takes the first of each kind where nothing is said', () => {
  expect(assume(readFlags([]))).toEqual({
    folder: 'securitybot',
    choices: { chat: 'terminal', auth: 'demo', database: 'sqlite' },
  });
  expect(assume(readFlags(['--auth', 'duo'])).choices.auth).toBe('duo');
});

it.each([
  [['--chat', 'irc'], '--chat is "irc". Use one of terminal, slack, zulip.'],
  [['--auth', '__proto__'], '--auth is "__proto__". Use one of demo, duo, webauthn.'],
  [['a', 'b'], 'One folder, not 2: a, b.'],
  [['--database'], /--database/],
  [['--sms'], /--sms/],
])('refuses %j, and says what to type instead', (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});

it('helps with every choice there is', () => {
  for (const word of ['terminal', 'slack', 'zulip', 'demo', 'duo', 'webauthn', 'sqlite', 'mysql', 'postgres']) {
    expect(HELP).toMatch(new RegExp(`^ {6}${word} `, 'm'));
  }
});
