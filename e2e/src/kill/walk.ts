import { setTimeout as delay } from 'node:timers/promises';
import type { SqlDatabase } from '@securitybot/sql';
import { type Detector, detect } from '../detector.js';
import { type BotProcess, launch } from './bot-process.js';
import { expectNothingForgotten, expectVerdict, isSettled, tellState } from './checks.js';
import { createOutside, type Outside } from './outside.js';
import type { Story } from './stories.js';

/** Longer than anything here waits for: what is not over by then never will be, in ms. */
const PATIENCE_MS = 60_000;

export interface Ground {
  readonly url: string;
  readonly database: SqlDatabase;
  readonly detector: Detector;
}

/**
 * Resolves when the story of that login is over, with the places that the bot passed; with nothing when the bot is dead.
 * Rejects when neither comes.
 */
async function untilOver(
  { database }: Ground,
  login: string,
  outside: Outside,
  bot: BotProcess,
): Promise<readonly string[] | undefined> {
  const end = performance.now() + PATIENCE_MS;
  while (!bot.isDead()) {
    if (outside.pending.length === 0 && (await isSettled(database, login))) return bot.settle();
    if (performance.now() > end) {
      throw new Error(`${login} is stuck: ${await tellState(database, login)}\n${bot.lastWords()}`);
    }
    await Promise.race([delay(30), bot.ended]);
  }
  return undefined;
}

/**
 * Tells a story again and again, each time with somebody else, and kills the bot when it first comes to a place, when it
 * comes there the second time, and so on until a story ends without that; place by place, until no new one turns up. After
 * each death another bot has to bring the story to its only right end.
 * @returns the places at which bots died, as often as they did.
 */
export async function walk(story: Story, ground: Ground): Promise<readonly string[]> {
  const outside = createOutside(story);
  const deaths: string[] = [];
  let bot = launch(ground.url, story.work);
  let next = launch(ground.url, story.work);
  let count = 0;

  /** Tells the story once. @returns the places passed; nothing where the bot died at that point, and another ended the story. */
  async function tell(place: string, time: number): Promise<readonly string[] | undefined> {
    count += 1;
    const login = `${story.name}-${count}`;
    bot.arm({ place, time });
    if (story.alert === 'command') outside.say(login, 'test');
    else await ground.detector.write(detect({ ldap: login }));
    const passed = await untilOver(ground, login, outside, bot);
    if (!passed) {
      if (!bot.lastWords().endsWith('SIGKILL')) throw new Error(`The bot did not die by us: ${bot.lastWords()}`);
      await expectNothingForgotten(ground.database);
      outside.abandon();
      bot = next;
      next = launch(ground.url, story.work);
      await bot.run(outside);
      if (!(await untilOver(ground, login, outside, bot))) throw new Error(`The next bot died: ${bot.lastWords()}`);
    }
    await expectVerdict(
      ground.database,
      story,
      login,
      outside,
      passed ? 'not killed' : `killed ${place}, time ${time}`,
    );
    return passed;
  }

  try {
    await bot.run(outside);
    const places = new Set(await tell('nowhere', 1));
    for (const place of places) {
      for (let time = 1; ; time += 1) {
        const passed = await tell(place, time);
        if (passed) {
          for (const each of passed) places.add(each); // the loop comes to those, too
          break;
        }
        deaths.push(place);
      }
    }
    await bot.stop();
    if (!bot.lastWords().endsWith('0')) throw new Error(`The bot did not end well: ${bot.lastWords()}`);
    return deaths;
  } finally {
    await Promise.all([bot.kill(), next.kill()]);
  }
}
