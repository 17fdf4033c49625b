import { expect, test } from 'vitest';
import type { Cast } from './cast.js';
import type { MemoryStage } from './stage.js';
import { story } from './story.js';

type Memory = Cast<MemoryStage>;

/** Starts a new process where one has died; within a minute it takes over what the dead one held. */
async function revive({ bot, clock }: Memory): Promise<boolean> {
  await bot.idle();
  if (!bot.isDead()) return false;
  await bot.starts();
  await clock.advance('1m');
  return true;
}

/** Ann answers whatever she is asked, here and on her phone, until nothing more comes. @returns whether the bot died. */
async function answerAll(cast: Memory): Promise<boolean> {
  const { ann, stage } = cast;
  const { chat, auth } = stage.memory;
  let hasDied = false;
  for (let round = 0; round < 20; round += 1) {
    hasDied = (await revive(cast)) || hasDied;
    const prompts = auth.prompts('ann').length;
    if (chat.inbox('ann').some(({ choices }) => choices.length > 0)) await ann.says('yes, rebooting');
    else if (prompts > 0 && (await isAnswered(cast))) break;
  }
  return hasDied;
}

/** Approves a prompt that is out. @returns whether none was. */
async function isAnswered({ phone }: Memory): Promise<boolean> {
  return phone.approves('ann').then(
    () => false,
    () => true,
  );
}

/** Kills the bot at that call of a plugin, counted from the alert. @returns whether it lived to make so many. */
async function killAt(call: number, when: 'before' | 'after'): Promise<boolean> {
  let hasDied = false;
  await story(async (cast) => {
    const { alert, bot, security, expectVerdict, expectRecord, stage } = cast;
    await bot.idle();
    bot.diesAt(call, when);
    await alert('sudo', { for: 'ann' });
    hasDied = await answerAll(cast);
    await expectVerdict('sudo', 'confirmed');
    await expectRecord('sudo', { status: 2, performed: true, authenticated: true });
    await security.hearsNothing();
    const ids = stage.memory.auth.prompts('ann').map(({ id }) => id);
    expect(new Set(ids).size, 'one challenge prompted twice').toBe(ids.length);
    expect(ids.length).toBeLessThanOrEqual(2);
    expect(stage.memory.blacklist.store.entries()).toMatchObject([{ username: 'ann', title: 'sudo' }]);
  });
  return hasDied;
}

test.each(['before', 'after'] as const)(
  'killed %s any call, the bot still brings the alert to its verdict',
  async (when) => {
    let call = 1;
    while (await killAt(call, when)) call += 1;
    expect(call).toBeGreaterThan(30);
  },
);
