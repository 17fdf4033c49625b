import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, test } from 'vitest';
import { connectDetector, detect } from './detector.js';
import { run, start } from './process.js';
import { alertsOf, lookInto } from './rows.js';

/** How soon after the last of its three rows an alert is asked about, in ms. */
const SOON = 2000;

/** A bot with ann at its terminal, on a new database. */
async function startBot(database: string) {
  const bot = start(['start'], { database });
  bot.type('hi\n');
  await bot.shows('Hello ann!'); // the tables are there
  return bot;
}

await forEachEngine(({ name, create }) => {
  describe.each([
    ['naming the columns', true],
    ['without naming the columns', false],
  ])('somebody else’s three INSERTs, %s', (_, names) => {
    test('are asked about within two seconds of the third, and not before', async () => {
      const database = await create();
      const bot = await startBot(database);
      const detector = await connectDetector(database, names);
      const delays: number[] = [];
      for (const round of [1, 2, 3, 4]) {
        const half = detect({ title: `half ${round}`, description: 'written bit by bit' });
        const whole = detect({ title: `whole ${round}`, description: 'written at once' });
        await detector.writeAlert(half);
        if (round % 2 === 0) await detector.writeResponse(half);
        // The bot has looked, and found the whole one, but not the half.
        await detector.write(whole);
        await bot.shows(`whole ${round}: written at once\n  > ${whole.reason}\n  ${whole.url}\n  Did you do this?`);
        expect(bot.stdout()).not.toContain(`half ${round}`);
        bot.type(`no, not me, ${round}\n`);
        await bot.shows(`#security: ann: whole ${round} (denied)`);

        if (round % 2 === 1) await detector.writeResponse(half);
        await detector.writeStatus(half);
        const written = performance.now();
        await bot.shows(`half ${round}: written bit by bit`);
        delays.push(performance.now() - written);
        bot.type('no\n');
        await bot.shows(`#security: ann: half ${round} (denied)`);
      }
      console.info(`${name}: asked ${delays.map((delay) => Math.round(delay)).join(', ')} ms after the third INSERT`);
      expect(Math.max(...delays)).toBeLessThan(SOON);

      bot.hangUp();
      expect((await bot.ended).code).toBe(0);
      const rows = await alertsOf(await lookInto(database), 'ann');
      const answers = rows.map(({ title, status, comment }) => `${title}: ${status} ${comment}`.trim());
      expect(answers.toSorted()).toEqual([
        ...[1, 2, 3, 4].map((round) => `half ${round}: 2`),
        ...[1, 2, 3, 4].map((round) => `whole ${round}: 2 not me, ${round}`),
      ]);
    });
  });

  test('half an alert is completed by the same alert sent again through the command', async () => {
    const database = await create();
    const bot = await startBot(database);
    const detector = await connectDetector(database, true);
    const halves = [detect({ title: 'first half' }), detect({ title: 'second half' })];
    for (const half of halves) await detector.writeAlert(half);
    await detector.writeResponse(halves[1] ?? detect());

    for (const { hash, title } of halves) {
      const resend = ['alert', 'create', '--username', 'ann', '--title', 'sent again', '--id', hash.toString('hex')];
      const sent = await run(resend, { database });
      expect(sent).toEqual({ code: 0, stdout: `${hash.toString('hex')}\n`, stderr: '' });
      await bot.shows(`${title}: ann ran sudo on web-1`); // what was written first stands
      bot.type('no\n');
      await bot.shows(`#security: ann: ${title} (denied)`);

      const again = await run(resend, { database });
      expect(again).toMatchObject({ code: 0, stderr: 'That alert is known already; nothing was changed.\n' });
    }
    bot.hangUp();
    const { code, stdout } = await bot.ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain('sent again');
  });

  test('what was written while no bot ran is asked about at its start', async () => {
    const database = await create();
    await run(['migrate'], { database });
    await (await connectDetector(database, true)).write(detect({ ldap: ' Ann' }));
    const bot = start(['start'], { database });
    await bot.shows('sudo on a production host: ann ran sudo on web-1');
    bot.hangUp();
    expect((await bot.ended).code).toBe(0);
  });

  test('alerts about nobody here, and rows that are none, do not keep others from being asked', async () => {
    const database = await create();
    const bot = await startBot(database);
    const detector = await connectDetector(database, true);
    await detector.write(detect({ ldap: 'nobody', title: 'about a stranger' }));
    await detector.write(detect({ ldap: '', title: 'about no login' }));
    await detector.write(detect({ title: 'about ann' }));
    await bot.shows('about ann: ann ran sudo');
    bot.type('no\n');
    await bot.shows('#security: ann: about ann (denied)');
    bot.hangUp();
    const { stdout, stderr, code } = await bot.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('#security: nobody: about a stranger (unknown-person)');
    expect(stderr.split('\n').filter((line) => line.includes('ldap is empty'))).toHaveLength(1);
  });
});
