import { type Conversation, emptyConversation, type Task } from '@securitybot/core';
import { hexToHash, migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { alertOf, idOf, taskOf } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

const HOSTILE = [
  `'"\`; drop table alerts; -- \\ \\' %s ? $1 :x {{y}}`,
  'NUL \0 in the middle, and \\u0000 as text',
  'emoji 😀👩‍👩‍👧 and combining e\u0301, \u202eright to left, \ufeff',
  'half a pair: \ud83d and \ude00\ud83d, and \uffff',
  '\n\r\t \u0001\u001b[31m\u2028</script><!channel>',
  '__proto__',
].join(' | ');

/** Closed, with that explanation. */
const answered = (explanation: string): Task =>
  taskOf('a', {
    state: 'closed',
    answer: { said: 'no', explanation, at: 1 },
    verdict: { kind: 'escalated', at: 1, cause: 'denied' },
  });

async function commentOf({ db }: SqlDatabase, name = 'a'): Promise<string> {
  const query = db
    .selectFrom('user_responses')
    .select('comment')
    .where('hash', '=', hexToHash(idOf(name)));
  return (await query.executeTakeFirst())?.comment ?? '';
}

await forEachEngine(({ name, open, create }) => {
  test('a conversation comes back as it was, whatever its texts are', async () => {
    const tasker = createSqlTasker(await open());
    const task = answered(HOSTILE);
    const conversation: Conversation = {
      ...emptyConversation('U1'),
      user: { name: HOSTILE, username: HOSTILE },
      tasks: [{ ...task, alert: { ...task.alert, title: HOSTILE, reason: HOSTILE } }],
      outbox: [{ type: 'send', parts: [{ text: HOSTILE }], key: HOSTILE, notBefore: 0, tries: 0 }],
      events: [HOSTILE],
    };

    expect(await tasker.save(conversation)).toBe(true);

    const saved = { ...conversation, version: 1 };
    expect((await tasker.load('U1')).conversation).toEqual(saved);
    const { claimed } = await tasker.claim({ leaseMs: 1000, limit: 1 });
    expect(claimed.map((claim) => claim.conversation)).toEqual([saved]);
  });

  test('a comment loses only what no engine holds, and that visibly', async () => {
    const database = await open();

    await createSqlTasker(database).save({ ...emptyConversation('U1'), tasks: [answered(HOSTILE)] });

    expect(await commentOf(database)).toBe(HOSTILE.replaceAll('\0', '\ufffd').toWellFormed());
  });

  test('an explanation of 300,000 letters is kept whole, and cut with a mark only where its column is too small', async () => {
    const url = await create();
    // Migrated by the very connection that then writes: nothing is known of the columns yet when it opens.
    const database = await openDatabase(url);
    await migrate(database);
    const tasker = createSqlTasker(database);
    const explanation = 'é'.repeat(300_000);

    expect(await tasker.save({ ...emptyConversation('U1'), tasks: [answered(explanation)] })).toBe(true);

    expect((await tasker.load('U1')).conversation.tasks[0]?.answer?.explanation).toBe(explanation);
    const comment = await commentOf(database);
    if (name === 'MySQL') {
      expect(Buffer.byteLength(comment)).toBeGreaterThan(65_000);
      expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(65_535);
      expect(comment).toMatch(/^é+…$/);
    } else {
      expect(comment).toBe(explanation);
    }
    await database.close();
  });

  if (name === 'MySQL')
    test('tables in latin1 take what they can, and ? for the rest', async () => {
      const url = await create();
      const before = await openDatabase(url);
      await migrate(before);
      for (const table of ['alerts', 'user_responses']) {
        await sql.raw(`alter table ${table} convert to character set latin1`).execute(before.db);
      }
      await before.close();
      const database = await openDatabase(url);
      const tasker = createSqlTasker(database);
      const text = 'déjà vu “quoted” – 20 € 😀 日本 ń';

      await tasker.add(alertOf('b', { description: text, reason: text, url: text }));
      expect(await tasker.save({ ...emptyConversation('U1'), tasks: [answered(text)] })).toBe(true);

      const held = 'déjà vu “quoted” – 20 € ? ?? ?';
      expect(await commentOf(database)).toBe(held);
      expect((await tasker.unassigned(10)).alerts).toMatchObject([{ description: held, reason: held, url: held }]);
      expect((await tasker.load('U1')).conversation.tasks[0]?.answer?.explanation).toBe(text);
      await database.close();
    });
});
