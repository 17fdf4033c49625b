import { testAuth } from '@securitybot/testing';
import { createDesk } from './fixtures/desk.ts';

testAuth({
  name: 'codes',
  create() {
    const { start, code, pass, database, close } = createDesk();
    const auth = start();
    return {
      auth,
      ready: 'ann',
      other: 'bob',
      hindered: { 'not-enrolled': 'eve' },
      approve(subject) {
        pass(30_000); // an app shows a code for so long, and each counts once
        auth.enter(subject, code(subject));
      },
      deny(subject) {
        for (const wrong of ['', 'no', '1234567']) auth.enter(subject, wrong);
      },
      expire: () => pass(90_000),
      prompts: (subject) =>
        database
          .prepare('SELECT id FROM challenges WHERE subject = ?')
          .all(subject)
          .map(() => ({})),
      restart: start,
      close,
    };
  },
});
