import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { desk, UNPRINTABLE } from './fixtures/desk.js';
import { ENVIRONMENT_HELP } from './variables.js';

const { run, path } = desk();

describe('help', () => {
  test.each([
    [[], ['start', 'migrate', 'alert', 'ignored', 'blacklist', 'doctor', ENVIRONMENT_HELP, 'Exit codes: 0 done']],
    [['alert'], ['create', 'list', 'show']],
    [
      ['alert', 'create'],
      ['--from', '--event-time', 'username, title, description, reason, url, severity, id, event_time.'],
    ],
    [
      ['alert', 'list'],
      ['--columns', '--anonymous', 'closed_at', 'push-denied', '-6h'],
    ],
    [['ignored'], ['--all', 'remove <login> <title>', 'max_severity']],
    [['blacklist'], ['list', 'add', 'remove']],
    [['doctor'], ['--json', 'halves', 'ok, warn', 'else with 1']],
    [['prune'], ['--older-than <days>', '--dry-run', 'Ids']],
  ] as const)('%j', async (command, texts) => {
    const { code, out, err } = await run([...command, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const text of texts) expect(out).toContain(text);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('the version is the package’s', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage ends with 2, and says where help is', () => {
  test.each([
    [['nonsense'], 'securitybot'],
    [['--nonsense'], 'securitybot'],
    [['alert', 'nonsense'], 'securitybot alert'],
    [['alert', 'show'], 'securitybot alert show'],
    [['doctor', 'x'], 'securitybot doctor'],
    [['prune'], 'securitybot prune'],
    [['ignored', 'remove', '--nonsense'], 'securitybot ignored remove'],
  ])('%j', async (args, name) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`(${name} --help says more)`);
  });

  test.each([
    [['strat', '--help'], "error: unknown command 'strat'\n(Did you mean start?)\n(securitybot --help says more)\n"],
    [['help', 'strat'], "error: unknown command 'strat'\n(Did you mean start?)\n(securitybot --help says more)\n"],
    [['nosuch', '-h'], "error: unknown command 'nosuch'\n(securitybot --help says more)\n"],
    [
      ['alert', 'crate', '--help'],
      "error: unknown command 'crate'\n(Did you mean create?)\n(securitybot alert --help says more)\n",
    ],
    [['ignored', 'nosuch', '--help'], expect.stringContaining('(securitybot ignored --help says more)\n')],
  ])('the help of no command: %j', async (args, err) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err });
  });

  test.each([[['help']], [['help', 'alert']], [['alert', 'help', 'create']], [['help', 'help']]])(
    '%j is help',
    async (args) => {
      expect(await run(args)).toEqual({ code: 0, out: expect.stringContaining('Usage: securitybot'), err: '' });
    },
  );

  test('what somebody typed is not obeyed', async () => {
    expect((await run(['alert', 'list', '--status', '\u001b[2J\u202e'])).err).not.toMatch(UNPRINTABLE);
  });
});

describe('start', () => {
  test('a configuration that cannot be used: its problems, no stack, and it ends with 1', async () => {
    const config = path('bot.yaml');
    writeFileSync(config, 'answer:\n  low: soon\nflod: {}\n');
    const { code, out, err } = await run(['start'], { env: { SECURITYBOT_CONFIG: config } });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const [first, ...problems] = err.trimEnd().split('\n');
    expect(first).toBe('securitybot: The configuration cannot be used:');
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toMatch(/bot\.yaml:\d+:\d+: /);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('migrate', () => {
  test('says what it would do, does it, and has nothing to do then', async () => {
    const { out } = await run(['migrate', '--plan']);
    expect(out).toContain('create the table alerts');
    expect((await run(['migrate', '--plan'])).out).toBe(out);
    expect((await run(['migrate'])).out).toBe(out);
    expect((await run(['migrate'])).out).toBe('The schema is up to date.\n');
  });
});
