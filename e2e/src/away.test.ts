import { forEachServer } from '@securitybot/sql/testing';
import { createSlackServer } from '@securitybot/strict-servers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLine, type Line } from '../../packages/sql/src/fixtures/line.js';
import { connectDetector, detect } from './detector.js';
import { slackEnvironment } from './environment.js';
import { run, start } from './process.js';
import { alertsOf, lookInto } from './rows.js';

const env = { SECURITYBOT_LOG_LEVEL: 'info' };
const AWAY = /could not open the database: waiting for it/;

await forEachServer(({ create }) => {
  /** A database, and a way to it that can be taken away. */
  async function behindLine(): Promise<{ readonly database: string; readonly line: Line }> {
    const database = await create();
    const line = await createLine(database);
    onTestFinished(() => line.close());
    return { database, line };
  }

  describe('a bot that is started before its database', () => {
    test('says so, waits, and begins once the database is there', async () => {
      const { database, line } = await behindLine();
      await line.refuse();
      const bot = start(['start'], { database: line.url, env });
      await bot.logs(AWAY);
      await bot.logs(AWAY);
      await line.restore();
      await bot.logs('securitybot is running');

      await (await connectDetector(database, true)).write(detect());
      await bot.shows('Did you do this?');
      bot.hangUp();
      expect(await bot.ended).toMatchObject({ code: 0 });
    });

    test('waits for one that takes connections and says nothing', async () => {
      const { line } = await behindLine();
      line.swallow();
      const bot = start(['start'], { database: line.url, env });
      await bot.logs(AWAY);
      await line.restore();
      await bot.logs('securitybot is running');
      bot.signal('SIGTERM');
      expect((await bot.ended).code).toBe(0);
    });

    test.each(['SIGINT', 'SIGTERM'] as const)('ends well by %s while it waits', async (signal) => {
      const { line } = await behindLine();
      await line.refuse();
      const bot = start(['start'], { database: line.url, env });
      await bot.logs(AWAY);
      bot.signal(signal);
      expect((await bot.ended).code).toBe(0);
      expect(bot.stderr()).not.toMatch(/\n\s+at /);
    });

    test('does not wait for what will not pass', async () => {
      const { database } = await behindLine();
      const url = new URL(database);
      url.pathname = '/securitybot_nowhere';
      const { code, stderr } = await run(['start'], { database: url.href });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^securitybot: sql: opening .*securitybot_nowhere/);
    });
  });

  test('while the database is away, what is said is not acknowledged; when it is back, it counts once', async () => {
    const { database, line } = await behindLine();
    const slack = await createSlackServer({
      limits: false,
      times: { acknowledgeMs: 1000, retryMs: [0, 1000, 30_000] },
    });
    onTestFinished(() => slack.close());
    const ann = slack.addPerson({ name: 'ann', email: 'ann@example.com', timeZone: 'UTC' });
    const security = slack.addChannel('security');
    const bot = start(['start'], {
      database: line.url,
      env: {
        ...env,
        ...slackEnvironment(slack),
        SECURITYBOT_DEMO_AUTH: '1',
        SECURITYBOT_REPORTING_CHANNEL: '#security',
      },
    });
    await bot.logs('securitybot is running');
    await (await connectDetector(database, true)).write(detect());
    await ann.awaits('Did you do this?');
    // Nobody types as fast as this test: the question has to be saved as asked.
    const rows = await lookInto(database);
    const leased = () =>
      rows.db.selectFrom('sb_conversations').select('person').where('lease', 'is not', null).execute();
    await expect.poll(leased, { timeout: 20_000 }).toEqual([]);

    await line.refuse();
    const { eventId, acknowledged } = ann.types('no, that was not me');
    const deliveries = () => slack.deliveries.filter((delivery) => delivery.eventId === eventId);
    await slack.until(() => deliveries().some(({ state }) => state === 'unanswered'), 'a delivery without an answer');
    await bot.logs('could not take a text event');
    await line.restore();

    await acknowledged;
    await security.awaits('denied', { timeoutMs: 60_000 });
    const posted = slack
      .callsOf('chat.postMessage')
      .filter((call) => JSON.stringify(call).includes('Did you do this?'));
    expect(posted).toHaveLength(1);
    const [row] = await alertsOf(rows, 'ann');
    expect(row).toMatchObject({ status: 2, comment: 'that was not me', performed: 0 });
    expect(slack.violations).toEqual([]);
    bot.signal('SIGTERM');
    expect((await bot.ended).code).toBe(0);
  });
});
