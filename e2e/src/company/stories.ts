import { forEachEngine } from '@securitybot/sql/testing';
import { type Cast, type CreateStage, type Stage, story } from '@securitybot/testing';
import { expect, test } from 'vitest';
import { type Open, people } from './behind.js';

/** What happens, by its title. */
export type Stories<S extends Stage> = Readonly<Record<string, (cast: Cast<S>) => Promise<void>>>;

/** Plays each story on each engine. None may break the protocol of a server that it talks to. */
export async function playAll<S extends Stage>(
  stories: Stories<S>,
  stageOn: (open: Open) => CreateStage<S>,
  serversOf: (stage: S) => readonly { readonly violations: readonly unknown[] }[],
): Promise<void> {
  await forEachEngine(({ open }) => {
    for (const [title, tell] of Object.entries(stories)) {
      test(title, () =>
        story(
          async (cast) => {
            await tell(cast);
            for (const { violations } of serversOf(cast.stage)) expect(violations).toEqual([]);
          },
          { stage: stageOn(open), options: { people } },
        ),
      );
    }
  });
}
