import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { crowd } from './crowd.js';

const SIZE = 500;
const TIMEOUT_MS = 600_000; // thousands of calls, on whatever machine

await forEachEngine(({ open }) => {
  test(
    '500 people at once: Slack limits us everywhere, and each of them is asked, heard and told, once',
    async () => {
      const company = await crowd(open, SIZE, { crowdPerMinute: SIZE });
      const { slack, duo, room, log, endings, until } = company;
      const everybody = company.logins.map((login) => slack.person(login));
      const sure = everybody.filter((_, index) => index % 25 === 0);
      const others = everybody.filter((person) => !sure.includes(person));

      await company.alertAll();
      const askedAfter = await until('all to be asked', () => everybody.every((person) => person.reads().length > 0));
      expect(askedAfter).toBeLessThan(SIZE / 150 + 1); // so many look-ups a minute are allowed

      for (const person of sure) person.types('yes, it was me');
      for (const person of others) {
        const [question] = person.reads();
        if (question) person.presses(question, 'No').acknowledged.catch(() => {}); // a violation, looked at below
      }
      const denials = () => room.reads().flatMap(({ text }) => text.match(/^\S+(?=: sudo \(denied\)$)/gm) ?? []);
      const heardAfter = await until('all to be reported', () => denials().length >= others.length);
      expect(heardAfter).toBeLessThan(4); // two hundred messages a minute to all of Slack
      expect(denials().toSorted()).toEqual(others.map(({ name }) => name).toSorted());
      expect(room.reads().length).toBeLessThan(100);

      const reach = (text: string) => () =>
        sure.every((person) => person.reads().some((one) => one.text.includes(text)));
      await until('their permission to be asked', reach('send a push'));
      for (const person of sure) person.types('yes');
      await until('pushes', () => sure.every(({ name }) => duo.user(name).prompts().length > 0));
      for (const { name } of sure) await duo.user(name).approves();
      await until('all to be thanked', reach('is settled'));
      expect(endings()).toEqual({ denied: others.length, confirmed: sure.length });

      const shown = () => everybody.flatMap((person) => person.reads());
      await until('all buttons to go', () => shown().every(({ buttons }) => buttons.length === 0));
      await until('all to be told', () =>
        everybody.every((person) => person.reads().at(-1)?.text.includes('good day')),
      );
      expect(shown().filter(({ text }) => text.includes('sudo on web-1'))).toHaveLength(SIZE);
      // Nothing was sent twice, or edited twice, and nobody looked up twice.
      expect(slack.callsOf('chat.postMessage')).toHaveLength(shown().length + room.reads().length);
      expect(slack.callsOf('chat.update')).toHaveLength(shown().filter(({ edited }) => edited).length);
      expect(slack.callsOf('users.lookupByEmail')).toHaveLength(SIZE);
      expect(sure.map(({ name }) => duo.user(name).prompts().length)).toEqual(sure.map(() => 1));

      const limited = new Set(slack.calls.filter(({ status }) => status === 429).map(({ method }) => method));
      for (const method of ['users.lookupByEmail', 'chat.postMessage', 'chat.update'])
        expect(limited).toContain(method);
      expect([...slack.violations, ...duo.violations]).toEqual([]);
      expect(log.join('\n')).toMatch(/look-ups of logins have waited for more than a minute/);
      expect(log.length).toBeLessThan(50);
    },
    TIMEOUT_MS,
  );

  test(
    '500 people at once are no 500 questions, but a flood, in few reports',
    async () => {
      const { slack, room, logins, endings, alertAll, until } = await crowd(open, SIZE);
      await alertAll();
      const asked = () => logins.filter((login) => slack.person(login).reads().length > 0).length;
      await until('all to be asked or reported', () => asked() + (endings().flood ?? 0) === SIZE);
      expect(asked()).toBeLessThanOrEqual(200);
      const counts = () =>
        room
          .reads()
          .flatMap(({ text }) => [...text.matchAll(/\(flood\), (\d+) alerts/g)].map(([, count]) => Number(count)));
      const reported = () => counts().reduce((sum, count) => sum + count, 0);
      await until('all that are not asked to be reported', () => reported() >= SIZE - asked());
      expect(reported()).toBe(SIZE - asked());
      expect(counts().length).toBeLessThanOrEqual(5);
      expect(slack.violations).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
