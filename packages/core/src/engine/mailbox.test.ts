import { describe, expect, test } from 'vitest';
import { emptyConversation } from '../conversation/empty.js';
import type { Conversation, ConversationEvent } from '../conversation/types.js';
import { createMailbox } from './mailbox.js';
import { createRecent } from './recent.js';

const events = (): readonly ConversationEvent[] => [];

describe('a mailbox', () => {
  test('takes nothing before it is opened, nor once it is closed; what had come is given back', async () => {
    const mailbox = createMailbox();
    expect(await mailbox.hand(events)).toBeUndefined();
    let rung = 0;
    mailbox.open(() => {
      rung += 1;
    });
    const handed = mailbox.hand(events);
    expect(rung).toBe(1);
    mailbox.close();
    expect(await handed).toBeUndefined();
    expect(await mailbox.hand(events)).toBeUndefined();
    expect(mailbox.empty()).toEqual([]);
    mailbox.open(() => undefined);
    const again = mailbox.hand(events);
    for (const { taken } of mailbox.empty()) taken(emptyConversation('U1'));
    expect(await again).toEqual(emptyConversation('U1'));
  });

  test('whoever waits hears that the save has failed', async () => {
    const mailbox = createMailbox();
    mailbox.open(() => undefined);
    const handed = mailbox.hand(events);
    for (const { failed } of mailbox.empty()) failed(new Error('the store is away'));
    await expect(handed).rejects.toThrow('the store is away');
  });
});

describe('what this process saved last', () => {
  const open = (n: number): Conversation => ({
    ...emptyConversation(`U${n}`),
    version: n,
    outbox: [{ type: 'home', key: 'k', notBefore: 0, tries: 0 }],
  });

  test('is kept while something is open in it, and until it is forgotten', () => {
    const recent = createRecent();
    recent.keep(open(1));
    expect(recent.get('U1')).toEqual(open(1));
    recent.keep({ ...open(1), version: 2 });
    expect(recent.get('U1')?.version).toBe(2);
    recent.keep({ ...open(1), outbox: [] });
    expect(recent.get('U1')).toBeUndefined();
    recent.keep(open(1));
    recent.forget('U1');
    expect(recent.get('U1')).toBeUndefined();
    recent.keep(open(1));
    recent.forgetAll();
    expect(recent.get('U1')).toBeUndefined();
  });

  test('of a thousand and one conversations, that which was saved longest ago is not', () => {
    const recent = createRecent();
    for (let n = 0; n < 1000; n += 1) recent.keep(open(n));
    recent.keep(open(0));
    recent.keep(open(1000));
    expect([0, 1, 2, 1000].map((n) => recent.get(`U${n}`) !== undefined)).toEqual([true, false, true, true]);
  });
});
