import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forEachEngine, type TestEngine } from '@securitybot/sql/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { start } from '../process.ts';
import { describeWithRegistry, must } from './npm.ts';
import { AUTHS, CHATS } from './stages.ts';
import { packAll } from './tarballs.ts';

const folder = mkdtempSync(join(tmpdir(), 'securitybot-create-'));
/** A project made by `npm create`, with all packages in it; the others are made within, and find what is installed there. */
const home = join(folder, 'home');
const databases: Readonly<Record<TestEngine['name'], string>> = {
  SQLite: 'sqlite',
  MySQL: 'mysql',
  PostgreSQL: 'postgres',
};

const tsc = (cwd: string) => must(process.execPath, [join(home, 'node_modules/typescript/bin/tsc')], { cwd });

/** What npm would ask the registry for comes from the tarballs. */
function useTarballs(project: string, files: Readonly<Record<string, string>>): void {
  const path = join(project, 'package.json');
  const { dependencies, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  const needed = Object.keys({ ...dependencies, ...rest.devDependencies }).filter((name) =>
    name.startsWith('@securitybot/'),
  );
  expect(needed.filter((name) => files[name] === undefined)).toEqual([]);
  const devDependencies = { ...rest.devDependencies, '@securitybot/testing': files['@securitybot/testing'] };
  writeFileSync(path, JSON.stringify({ ...rest, dependencies: { ...dependencies, ...files }, devDependencies }));
}

await describeWithRegistry('npm create securitybot, from what is packed', async () => {
  beforeAll(async () => {
    const tarballs = await packAll(folder);
    const files = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
    const { 'create-securitybot': create = '', ...packages } = files;
    await must('npm', ['exec', '--yes', `--package=${create}`, '--', 'create-securitybot', home, '--yes'], {
      cwd: folder,
    });
    useTarballs(home, { ...packages, 'create-securitybot': create, '@hono/node-server': '^2.1.9' });
    await must('npm', ['install', '--no-audit', '--no-fund'], { cwd: home });
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, maxRetries: 3 }));

  it('gives a project that is ready as it is', async () => {
    expect(await must('npm', ['test'], { cwd: home })).toContain('1 passed');
    const talk = ['test', 'yes, I was testing', 'yes', 'approve', ''].join('\n');
    const env = { SECURITYBOT_TERMINAL_USER: 'ann' };
    expect(await must('npm', ['start'], { cwd: home, input: talk, env })).toContain('Test alert is settled');
  });

  await forEachEngine((engine) => {
    const choices = Object.keys(CHATS).flatMap((chat) => Object.keys(AUTHS).map((auth) => ({ chat, auth })));
    describe.each(choices)('with $chat and $auth', ({ chat, auth }) => {
      it('is made, checked and tested, starts, and has an alert answered', async () => {
        const cwd = join(home, `${chat}-${auth}-${databases[engine.name]}`);
        mkdirSync(cwd);
        const flags = ['--chat', chat, '--auth', auth, '--database', databases[engine.name]];
        await must('npx', ['create-securitybot', cwd, ...flags, '--yes'], { cwd: home });
        await tsc(cwd);
        expect(await must('npm', ['test'], { cwd })).toContain('1 passed');

        const people = await CHATS[chat]?.();
        const phone = await AUTHS[auth]?.();
        if (!people || !phone) throw new Error('Nobody plays that.');
        onTestFinished(async () => {
          await Promise.all([people.close(), phone.close()]);
        });
        const settings = Object.entries({ ...people.env, ...phone.env });
        writeFileSync(join(cwd, '.env'), settings.map(([name, value]) => `${name}='${value}'\n`).join(''));

        const database = await engine.create();
        const bot = start(['start'], { command: 'npm', cwd, database });
        await bot.logs('running: ');
        await phone.enrols?.({ cwd, database });
        people.says('test', bot);
        await people.reads('Did you do this?', bot);
        people.says('yes, I was testing', bot);
        await people.reads('May I do that now?', bot);
        people.says('yes', bot);
        await phone.approves(bot, people);
        await people.reads('Test alert is settled', bot);
        bot.signalAll('SIGINT');
        await bot.logs('"stopped"');
        await bot.ended;
      });
    });
  });
});
