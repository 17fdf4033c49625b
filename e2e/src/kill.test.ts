import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { connectDetector } from './detector.js';
import { STORIES, type Story } from './kill/stories.js';
import { walk } from './kill/walk.js';
import { run } from './process.js';
import { lookInto } from './rows.js';

const around = (...calls: string[]) => calls.flatMap((call) => [`before ${call}`, `after ${call}`]);

/** Where bots must have died, or the walk has missed what it is about. */
function expectedDeaths({ alert, answer, cause, work }: Story): readonly string[] {
  return [
    'after tasker.unassigned',
    ...(work === 'by claim' ? ['after tasker.claim'] : []),
    ...around('chat.send', 'tasker.save', 'acknowledging'),
    ...(alert === 'command' ? around('tasker.add') : []),
    ...(answer.said === 'yes' ? ['after auth.check', ...around('auth.readiness', 'auth.challenge', 'chat.edit')] : []),
    ...(cause === undefined ? around('blacklist.put') : around('blacklist.remove')),
  ];
}

await forEachEngine(({ product, create }) => {
  test('kill -9 between any two calls of a bot: nothing is lost, and only proof confirms', {
    timeout: 900_000, // far more than it takes, for it is a machine's time: some hundred processes
  }, async () => {
    const walks = STORIES.map(async (story) => {
      const url = await create();
      await run(['migrate'], { database: url });
      const ground = { url, database: await lookInto(url), detector: await connectDetector(url, true) };
      return { story, deaths: await walk(story, ground) };
    });
    const walked = await Promise.all(walks);
    const counts = walked.map(({ story, deaths }) => `${deaths.length} points of "${story.name}"`);
    console.info(`${product}: bots were killed at ${counts.join(', ')}`);
    for (const { story, deaths } of walked) {
      expect(new Set(deaths)).toEqual(new Set([...deaths, ...expectedDeaths(story)]));
    }
  });
});
