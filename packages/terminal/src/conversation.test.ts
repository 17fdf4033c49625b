import { createSecuritybot } from '@securitybot/core';
import { createMemoryBlacklist, createMemoryTasker } from '@securitybot/testing';
import { describe, expect, it } from 'vitest';
import { createDesk } from './fixtures/desk.js';
import { createDemoAuth } from './phone.js';

const clock = { now: Date.now };

/** Pipes these lines through a bot in memory, to its end. */
async function converse(...lines: string[]) {
  const { chat, terminal, input, shown } = createDesk();
  const tasker = createMemoryTasker({ clock });
  const plugins = { chat, auth: createDemoAuth(terminal), tasker, blacklist: createMemoryBlacklist({ clock }) };
  const bot = createSecuritybot(plugins, { reportingChannel: '#security' });
  await bot.start();
  input.end(lines.join('\n'));
  await terminal.run(bot);
  await bot.stop();
  const { conversation } = await tasker.load(terminal.person.id);
  return { shown: shown(), task: conversation.tasks[0] };
}

describe('a whole conversation through a pipe', () => {
  it('is confirmed by an approved push', async () => {
    const { shown, task } = await converse('hi', 'help', 'test', 'yes, I was testing', 'yes', 'approve');
    expect(task?.verdict).toMatchObject({ kind: 'confirmed', proof: 'challenge' });
    expect(task?.answer?.explanation).toBe('I was testing');
    expect(shown).toMatch(
      /ann: test\nsecuritybot: [\s\S]+ann: yes, I was testing\nsecuritybot: [\s\S]+\[phone, demo\] push for/,
    );
    expect(shown).not.toContain('#security');
  });

  it.each([
    ['deny', 'push-denied'],
    ['fraud', 'fraud'],
  ])('is reported with its cause when the phone says %s', async (word, cause) => {
    const { shown, task } = await converse('test', 'yes, it was me', 'yes', word);
    expect(task?.verdict).toMatchObject({ kind: 'escalated', cause });
    expect(shown).toMatch(new RegExp(`^#security: ann: .*\\(${cause}\\)$`, 'm'));
  });

  it('is reported with their words when it was not them', async () => {
    const { shown, task } = await converse('test', 'no it was not me');
    expect(task?.verdict).toMatchObject({ kind: 'escalated', cause: 'denied' });
    expect(shown).toMatch(/^#security: ann: .*\(denied\)\n( {2}.*\n)* {2}> it was not me$/m);
  });

  it('leaves a question open that has no answer when the input ends', async () => {
    const { task } = await converse('test');
    expect(task?.state).toBe('asking');
  });
});
