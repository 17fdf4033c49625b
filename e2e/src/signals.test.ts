import { setTimeout as delay } from 'node:timers/promises';
import { isMysqlFamily, type SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, test } from 'vitest';
import { writeConfig } from './config.js';
import { connectDetector, detect } from './detector.js';
import { LAUNCHER, type Running, type RunOptions, run, start } from './process.js';
import { alertsOf, lookInto, mutesOf } from './rows.js';
import { newDatabase } from './temporary.js';

/** Signals within this time are one, in ms. */
const ONE_SIGNAL_MS = 1000;
/** What "at once" means here, in ms: no wait of any kind is as short, though a busy machine may take a while for anything. */
const AT_ONCE_MS = 5000;

const LOGS = { SECURITYBOT_LOG_LEVEL: 'info' };
/** A push whose bot was killed is looked after soon. */
const RECHECK = 'proof:\n  recheck: 2s\n';

async function startBot(options: RunOptions): Promise<Running> {
  const bot = start(['start'], { ...options, env: { ...LOGS, ...options.env } });
  await bot.logs('securitybot is running');
  return bot;
}

/** A bot that waits for ann's answer. */
async function untilAsked(options: RunOptions): Promise<Running> {
  const bot = await startBot(options);
  await (await connectDetector(options.database, true)).write(detect());
  await bot.shows('Did you do this?');
  return bot;
}

/** A bot that waits for ann's phone. */
async function untilPushed(options: RunOptions): Promise<Running> {
  const bot = await untilAsked(options);
  bot.type('yes, I did\n');
  await bot.shows('May I do that now?');
  bot.type('yes\n');
  await bot.shows('approve, deny or fraud');
  await bot.shows('A push is on its way');
  return bot;
}

/** Ends a bot's question well: its person answers what is asked, up to the proof. */
async function goOn(bot: Running, asked: string): Promise<void> {
  await bot.shows(asked);
  bot.type('yes\n');
  await bot.shows('approve, deny or fraud');
  bot.type('approve\n');
  await bot.shows('is settled');
  bot.hangUp();
  expect((await bot.ended).code).toBe(0);
}

async function expectConfirmed(database: string): Promise<void> {
  const rows = await lookInto(database);
  const confirmed = { status: 2, comment: 'I did', performed: 1, authenticated: 1 };
  expect(await alertsOf(rows, 'ann')).toMatchObject([confirmed]);
  expect(await mutesOf(rows, 'ann')).toHaveLength(1);
}

/** Locks what a bot has to write when it stops, until it is let go. */
async function lockStore(database: SqlDatabase): Promise<{ letGo(): Promise<void> }> {
  let letGo = () => {};
  const wanted = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let held = () => {};
  const holding = new Promise<void>((resolve) => {
    held = resolve;
  });
  const transaction = database.write(async (trx) => {
    const rows = trx.selectFrom('sb_conversations').select('person');
    await (isMysqlFamily(database.engine) || database.engine === 'postgres' ? rows.forUpdate() : rows).execute();
    held();
    await wanted;
  });
  await holding;
  return {
    async letGo() {
      letGo();
      await transaction;
    },
  };
}

await forEachEngine(({ create }) => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while a question is open: a clean end, and the next start takes the answer',
    async (signal) => {
      const options = { database: await create() };
      const bot = await untilAsked(options);
      bot.signal(signal);
      expect(await bot.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('securitybot has stopped') });

      const next = await startBot(options);
      next.type('status\n');
      await next.shows('waiting for your answer');
      next.type('yes, I did\n');
      await goOn(next, 'May I do that now?');
      expect(next.stdout()).not.toContain('Did you do this?'); // it was asked already
      await expectConfirmed(options.database);
    },
  );

  test('SIGINT while a push is out: a clean end, and the next start asks whether it may push again', async () => {
    const options = { database: await create() };
    const bot = await untilPushed(options);
    bot.signal('SIGINT');
    expect((await bot.ended).code).toBe(0);

    await goOn(await startBot(options), 'May I send another one?');
    await expectConfirmed(options.database);
  });

  test('a second signal, more than a second later, ends at once what hangs, and nothing is lost', async () => {
    const options = { database: await create(), env: { SECURITYBOT_CONFIG: writeConfig(RECHECK) } };
    const bot = await untilPushed(options);
    const lock = await lockStore(await lookInto(options.database));
    bot.signal('SIGINT');
    await bot.logs('once more ends at once');
    await delay(ONE_SIGNAL_MS + 100); // the rule is about real time
    const sent = performance.now();
    bot.signal('SIGINT');
    const { code, stderr } = await bot.ended;
    expect(performance.now() - sent).toBeLessThan(AT_ONCE_MS);
    expect(code).toBe(130);
    expect(stderr).not.toContain('securitybot has stopped');
    await lock.letGo();

    await goOn(await startBot(options), 'May I send another one?');
    await expectConfirmed(options.database);
  });

  test('two signals within a second are one', async () => {
    const options = { database: await create() };
    const bot = await untilPushed(options);
    const lock = await lockStore(await lookInto(options.database));
    bot.signal('SIGINT');
    bot.signal('SIGTERM');
    await bot.logs('once more ends at once');
    await Promise.race([bot.ended, delay(ONE_SIGNAL_MS / 2)]); // time enough to die of the second
    await lock.letGo();
    expect((await bot.ended).code).toBe(0);
  });
});

// The launcher hands on whatever the database is, so one of them will do.
describe('through the launcher', () => {
  const options = () => ({ database: newDatabase(), program: LAUNCHER });

  test('Ctrl-C in a terminal, which reaches the launcher and the bot, ends both well', async () => {
    const launched = options();
    await run(['--version'], launched); // builds what is stale
    const bot = await untilAsked(launched);
    bot.signalAll('SIGINT');
    expect((await bot.ended).code).toBe(0);

    const next = await startBot(launched);
    next.type('yes, I did\n');
    await goOn(next, 'May I do that now?');
    await expectConfirmed(launched.database);
  });

  test('SIGTERM to the launcher is handed on', async () => {
    const bot = await untilPushed(options());
    bot.signal('SIGTERM');
    expect(await bot.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('securitybot has stopped') });
  });

  test('Ctrl-C twice ends at once what hangs', async () => {
    const launched = options();
    const bot = await untilPushed(launched);
    const lock = await lockStore(await lookInto(launched.database));
    bot.signalAll('SIGINT');
    await bot.logs('once more ends at once');
    await delay(ONE_SIGNAL_MS + 100);
    bot.signalAll('SIGINT');
    expect((await bot.ended).code).toBe(130);
    await lock.letGo();
  });
});
