import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, test } from 'vitest';
import { hoursNow, writeConfig } from './config.js';
import { converse } from './process.js';
import { alertsOf, lookInto, mutesOf, taskOf } from './rows.js';
import { expectInOrder, expectPrintable, reportsIn } from './text.js';

const HOUR = 3_600_000;
const UNTIL_THE_PUSH = ['hi', 'help', 'test', 'yes, I was testing', 'yes'];

await forEachEngine(({ create }) => {
  /** Whoever sits at the terminal on a database of their own. */
  const ann = async (env: Record<string, string> = {}) => ({ database: await create(), user: 'ann', env });

  /** How an alert about ann ends that is confirmed with a proof: said, written, muted. */
  async function expectConfirmed(env: Record<string, string> = {}): Promise<void> {
    const options = await ann(env);
    const began = Date.now();
    const { code, stdout } = await converse([...UNTIL_THE_PUSH, 'approve'], options);
    const over = Date.now();
    expect(code).toBe(0);
    expectPrintable(stdout);
    expectInOrder(stdout, [
      /^ann: hi\nsecuritybot: Hello ann!$/m,
      /^ann: help\nsecuritybot: help \| help -a/m,
      /^ann: test$/m,
      /^securitybot: Hi ann!.*\n {2}Test alert: .*\n {2}> .*`?test`?.*\n {2}Did you do this\?/m,
      /^ann: yes, I was testing\nsecuritybot: .*May I do that now\?/m,
      /^ann: yes\n\[phone, demo\] push for ann: "Test alert: .*approve, deny or fraud$/m,
      /^ann: approve\n\[phone, demo\] approved$/m,
      /^securitybot: .*Test alert is settled.* 21 hours/m,
    ]);
    expect(reportsIn(stdout)).toEqual([]);

    const database = await lookInto(options.database);
    const answered = { title: 'Test alert', status: 2, comment: 'I was testing', performed: 1, authenticated: 1 };
    expect(await alertsOf(database, 'ann')).toEqual([answered]);
    const mutes = await mutesOf(database, 'ann');
    expect(mutes).toEqual([{ title: 'Test alert', until: expect.any(Number) }]);
    // The column holds whole seconds; the server's clock need not be this machine's to the last one.
    expect(mutes[0]?.until).toBeGreaterThan(began + 21 * HOUR - 2000);
    expect(mutes[0]?.until).toBeLessThan(over + 21 * HOUR + 2000);
    expect((await taskOf(database, 'ann')).deadline).toBeGreaterThan(over + 1.9 * HOUR);
  }

  test('a proven yes is written, and mutes its title for 21 hours', () => expectConfirmed());

  describe('by day and by night, on any weekday, in any zone of the machine', () => {
    test.each([
      ['at work', 'Pacific/Kiritimati'],
      ['by night', 'Etc/GMT+12'],
      ['on a free day', 'Asia/Kathmandu'],
    ] as const)('%s, in %s', async (when, zone) => {
      await expectConfirmed({ TZ: zone, SECURITYBOT_CONFIG: writeConfig(hoursNow(when)) });
    });
  });

  test.each([
    ['deny', 'push-denied', /The push was denied/],
    ['fraud', 'fraud', /You reported the push as fraud/],
  ])('%s: a report at once, and no mute', async (answer, cause, told) => {
    const options = await ann();
    const { code, stdout } = await converse([...UNTIL_THE_PUSH, answer, 'hi'], options);
    expect(code).toBe(0);
    // At once: before the next line is read.
    expectInOrder(stdout, [new RegExp(`^ann: ${answer}$`, 'm'), /^#security: /m, /^ann: hi$/m]);
    expect(stdout).toMatch(told);
    const [report, ...others] = reportsIn(stdout);
    expect(others).toEqual([]);
    expect(report?.[0]).toBe(`#security: ann: Test alert (${cause})`);
    expect(report?.join('\n')).toContain('I was testing');

    const database = await lookInto(options.database);
    const unproven = { title: 'Test alert', status: 2, comment: 'I was testing', performed: 1, authenticated: 0 };
    expect(await alertsOf(database, 'ann')).toEqual([unproven]);
    expect(await mutesOf(database, 'ann')).toEqual([]);
  });

  test('no: a report with the words', async () => {
    const options = await ann();
    const { code, stdout } = await converse(['test', 'no it was not me', 'hi'], options);
    expect(code).toBe(0);
    expectInOrder(stdout, [/^ann: no it was not me$/m, /^#security: /m, /^ann: hi$/m]);
    const [report, ...others] = reportsIn(stdout);
    expect(others).toEqual([]);
    expect(report?.[0]).toBe('#security: ann: Test alert (denied)');
    expect(report?.slice(1).join('\n')).toContain('it was not me');
    expect(stdout).not.toContain('push for');

    const database = await lookInto(options.database);
    const denied = { title: 'Test alert', status: 2, comment: 'it was not me', performed: 0, authenticated: 0 };
    expect(await alertsOf(database, 'ann')).toEqual([denied]);
    expect(await mutesOf(database, 'ann')).toEqual([]);
  });

  test('yes, but no push: a report, and no mute', async () => {
    const options = await ann();
    const { code, stdout } = await converse(['test', 'yes, I was testing', 'no', 'hi'], options);
    expect(code).toBe(0);
    expectInOrder(stdout, [/^ann: no$/m, /^#security: /m, /^ann: hi$/m]);
    expect(reportsIn(stdout)[0]?.[0]).toBe('#security: ann: Test alert (refused-proof)');
    expect(stdout).not.toContain('push for');

    const database = await lookInto(options.database);
    const unproven = { title: 'Test alert', status: 2, comment: 'I was testing', performed: 1, authenticated: 0 };
    expect(await alertsOf(database, 'ann')).toEqual([unproven]);
    expect(await mutesOf(database, 'ann')).toEqual([]);
  });

  test('a proven title is not asked again; the next test says so', async () => {
    const options = await ann();
    await converse([...UNTIL_THE_PUSH, 'approve'], options);
    const { code, stdout } = await converse(['test'], options);
    expect(code).toBe(0);
    expect(stdout).not.toContain('Did you do this?');
    const rows = await alertsOf(await lookInto(options.database), 'ann');
    // Both are of one second: which comes first, nobody says.
    const ends = rows.map(({ status, authenticated }) => `${status} ${Number(authenticated)}`);
    expect(ends.sort()).toEqual(['2 0', '2 1']);
  });

  test('at the end of the input an open question stays open, and silence has not ended it', async () => {
    const options = await ann({ SECURITYBOT_CONFIG: writeConfig(hoursNow('at work')) });
    for (const lines of [['test'], ['hi'], ['status']]) {
      const { code, stdout } = await converse(lines, options);
      expect(code).toBe(0);
      expect(reportsIn(stdout)).toEqual([]);
    }
    const database = await lookInto(options.database);
    expect((await alertsOf(database, 'ann')).map(({ status }) => status)).toEqual([1]);
    const { deadline, alert } = await taskOf(database, 'ann');
    expect(deadline - alert.seenAt).toBe(2 * HOUR);
  });
});
