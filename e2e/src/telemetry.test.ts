import { forEachEngine, forEachServer } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { createLine } from '../../packages/sql/src/fixtures/line.js';
import { connectDetector, detect } from './detector.js';
import { get, urlOf } from './probes.js';
import { start } from './process.js';
import { lookInto } from './rows.js';

const ENV = { SECURITYBOT_LOG_LEVEL: 'info', SECURITYBOT_METRICS_PORT: '0' };
const SOON = { timeout: 20_000 };
const TITLE = 'mallory"} 1\nsecuritybot_alerts_total 99';

/** The value of a sample, named with its labels. */
async function sampleOf(url: string, sample: string): Promise<number | undefined> {
  const [, text] = await get(`${url}/metrics`);
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

await forEachEngine(({ create }) => {
  test('a bot tells how it is, and no word of an alert', async () => {
    const database = await create();
    const bot = start(['start'], { database, env: ENV });
    const url = await urlOf(bot);
    expect((await get(`${url}/healthz`))[0]).toBe(200);
    await bot.logs('securitybot is running');
    expect(await get(`${url}/readyz`)).toEqual([200, 'ok\n']);

    const detector = await connectDetector(database, true);
    await detector.write(detect({ title: TITLE, description: TITLE, reason: TITLE, url: TITLE }));
    await bot.shows('Did you do this?');
    await expect.poll(() => sampleOf(url, 'securitybot_alert_to_question_seconds_count'), SOON).toBe(1);
    bot.type(`no, ${TITLE}\n`);
    await bot.shows('#security: ann');
    const denied = 'securitybot_verdicts_total{verdict="escalated",cause="denied"}';
    await expect.poll(() => sampleOf(url, denied), SOON).toBe(1);
    expect(await sampleOf(url, 'securitybot_question_to_answer_seconds_count')).toBe(1);
    expect(await sampleOf(url, 'securitybot_database_up')).toBe(1);
    expect(await sampleOf(url, 'securitybot_claim_age_seconds')).toBeLessThan(60);
    const [, metrics] = await get(`${url}/metrics`);
    expect(metrics).not.toMatch(/mallory|\bann\b/);

    bot.signal('SIGTERM');
    expect((await bot.ended).code).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('while it stops it is not ready, and lives', async () => {
    const database = await create();
    const bot = start(['start'], { database, env: ENV });
    const url = await urlOf(bot);
    await bot.logs('securitybot is running');
    const detector = await connectDetector(database, true);
    await detector.write(detect());
    for (const [said, shown] of [
      ['', 'Did you do this?'],
      ['yes\n', 'May I do that now?'],
      ['yes\n', 'A push is on its way'],
    ] as const) {
      bot.type(said);
      await bot.shows(shown);
    }
    // What it has to write before it can end is locked.
    const rows = await lookInto(database);
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const { promise: wanted, resolve: letGo } = Promise.withResolvers<void>();
    const lock = rows.write(async (trx) => {
      const people = trx.selectFrom('sb_conversations').select('person');
      await (rows.engine === 'sqlite' ? people : people.forUpdate()).execute();
      hold();
      await wanted;
    });
    await held;
    bot.signal('SIGTERM');
    await expect.poll(() => get(`${url}/readyz`), SOON).toEqual([503, 'stopping\n']);
    expect((await get(`${url}/healthz`))[0]).toBe(200);
    letGo();
    await lock;
    expect((await bot.ended).code).toBe(0);
  });
});

await forEachServer(({ create }) => {
  test('while the database is away it is not ready, and lives; then all is well again', async () => {
    const line = await createLine(await create());
    const bot = start(['start'], { database: line.url, env: ENV });
    const url = await urlOf(bot);
    await bot.logs('securitybot is running');
    line.swallow();
    const away = [503, 'the database does not answer, or takes no writes\n'];
    await expect.poll(() => get(`${url}/readyz`), SOON).toEqual(away);
    expect((await get(`${url}/healthz`))[0]).toBe(200);
    expect(await sampleOf(url, 'securitybot_database_up')).toBe(0);
    expect(await sampleOf(url, 'securitybot_open_tasks{state="asking"}')).toBeUndefined();
    await line.restore();
    line.cut();
    await expect.poll(() => get(`${url}/readyz`), SOON).toEqual([200, 'ok\n']);
    bot.signal('SIGTERM');
    await bot.ended;
    await line.close();
  });
});
