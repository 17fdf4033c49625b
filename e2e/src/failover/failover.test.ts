import { describe, expect, test } from 'vitest';
import { mariadb } from './mariadb.js';
import { postgres } from './postgres.js';
import { createStage, expectAllWell, type Stage, TROUBLE, untilMidway } from './stage.js';

/** Somebody presses No while no write is possible: an error on their screen, and nothing has happened. */
async function pressesInVain({ slack, question }: Stage, person: string): Promise<void> {
  const press = slack.person(person).presses(await question(person), 'No');
  await expect(press.acknowledged).rejects.toThrow(TROUBLE);
}

/** The same, when it is. */
async function presses({ slack, question }: Stage, person: string): Promise<void> {
  await slack.person(person).presses(await question(person), 'No').acknowledged;
}

for (const engine of [postgres, mariadb]) {
  const reason = engine.missing();
  if (reason && process.env.CI) throw new Error(`Tests on two ${engine.name} servers are required under CI: ${reason}`);
  if (reason) console.warn(`SKIPPED on two ${engine.name} servers: ${reason}`);

  describe.skipIf(reason)(engine.name, () => {
    test('the primary dies and the standby takes over: nothing is lost, asked again or pushed again', async () => {
      const stage = await createStage(engine);
      const { slack, duo, pair, line } = stage;
      await untilMidway(stage);

      await pair.primary.kill();
      await stage.untilReady(false);
      const said = slack.person('carol').types('no, I was at lunch');
      await duo.user('ann').approves();
      await pressesInVain(stage, 'bob');

      await pair.promote();
      line.leadTo(pair.standby.url);
      await stage.untilReady(true);
      await said.acknowledged; // delivered again
      await presses(stage, 'bob');
      await stage.raise('dave');
      await presses(stage, 'dave');
      await expectAllWell(stage, { bob: '', carol: 'I was at lunch', dave: '' });
    });

    test('a server that takes no writes is waited for, and left for the one that its name leads to by then', async () => {
      const stage = await createStage(engine);
      const { slack, duo, pair, line } = stage;
      await untilMidway(stage);

      // The primary is made read-only, and keeps its connections.
      await pair.primary.setReadOnly(true);
      await stage.untilReady(false);
      const said = slack.person('carol').types('no, I was at lunch');
      const late = await stage.startBot();
      await late.logs(/could not open the database: waiting for it/);
      await pressesInVain(stage, 'bob');
      // It turns out to be the one after all.
      await pair.primary.setReadOnly(false);
      await late.logs('securitybot is running');
      await stage.untilReady(true);
      await said.acknowledged;

      // Again; then the name leads to the standby, which is none of the best either, until it is promoted.
      await pair.primary.setReadOnly(true);
      line.leadTo(pair.standby.url);
      await stage.untilReady(false);
      await duo.user('ann').approves();
      await pressesInVain(stage, 'bob');
      await pair.promote();
      await stage.untilReady(true);
      await presses(stage, 'bob');
      await stage.raise('dave');
      await presses(stage, 'dave');
      await expectAllWell(stage, { bob: '', carol: 'I was at lunch', dave: '' });
    });
  });
}
