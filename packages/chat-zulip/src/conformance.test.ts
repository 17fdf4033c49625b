import type { ChatUser } from '@securitybot/core';
import type { ZulipMessage } from '@securitybot/strict-servers';
import { type ChatHarness, type ReadMessage, testChat } from '@securitybot/testing';
import { createDesk } from './fixtures/desk.js';

const asRead = ({ id, text, links, mentions }: ZulipMessage): ReadMessage => ({
  id: String(id),
  text,
  choices: [],
  links,
  mentions,
});

async function create(): Promise<ChatHarness> {
  const { zulip, clock, another, kill, close } = await createDesk();
  const person = (name: string, fullName: string): ChatUser => {
    const { id, email } = zulip.addPerson({ name, fullName, timeZone: 'Europe/Berlin' });
    return { id: String(id), username: email, name: fullName, email, timeZone: 'Europe/Berlin' };
  };
  const ann = person('ann', 'Ann');
  const bob = person('bob', 'Bob');
  const room = zulip.addChannel('security');
  const others = [
    zulip.addPerson({ name: 'gone', deactivated: true }),
    zulip.addPerson({ name: 'guest', role: 'guest' }),
    zulip.addPerson({ name: 'robot', bot: true }),
  ];
  const [gone] = others;
  zulip.addChannel({ name: 'secret', private: true });
  zulip.addChannel({ name: 'old', archived: true });
  zulip.addChannel({ name: 'news', announcementsOnly: true });
  const who = (user: string) => zulip.person(Number(user));

  return {
    chat: another(),
    people: { ann, bob },
    roomName: '#security>alerts',
    say: (user, text) => void who(user).types(text),
    messages: (user) => who(user).reads().map(asRead),
    room: () => room.reads('alerts').map(asRead),
    restart() {
      kill();
      return another();
    },
    // What was not taken is unread, and read again whenever a queue is new.
    redeliver: () => zulip.faults.expireQueues(),
    unacknowledged: () => zulip.unread(),
    sayInRoom: (user, text) => void who(user).says('security', 'alerts', text),
    async sayAsStranger(content) {
      await zulip.until(() => zulip.queues() > 0, 'a queue to be told in');
      const display_recipient = [{ id: Number(ann.id) }, { id: zulip.botId }];
      const claims = { content, sender_email: ann.email, sender_full_name: ann.name, display_recipient };
      for (const [i, sender] of [{}, { sender_id: null }, { sender_id: ann.id }, { sender_id: -1 }].entries()) {
        const message = { id: 4711 + i, type: 'private', ...claims, ...sender };
        zulip.faults.sendEvent({ type: 'message', message, flags: [] });
      }
    },
    disconnect: () => zulip.faults.dropPolls(),
    rename: (user, name) => who(user).changes({ fullName: name }),
    fail(code) {
      const times = Number.POSITIVE_INFINITY;
      if (code === 'BAD_CREDENTIALS') zulip.faults.revoke();
      if (code === 'RATE_LIMITED') zulip.faults.rateLimit({ retryAfter: 300, times });
      if (code === 'UNAVAILABLE') zulip.faults.answer(503, { times });
      if (code === 'REJECTED') zulip.faults.fail('BAD_REQUEST', { times });
    },
    mend() {
      zulip.faults.mend();
      zulip.faults.restore();
      clock.putForward(301_000); // by then Zulip's limit is over
    },
    ineligible: [...others, zulip.person(zulip.botId)].flatMap(({ id, email }) => [{ id: String(id) }, { email }]),
    nowhere: [
      { user: '999999' },
      { user: 'nobody' },
      { user: String(gone?.id) },
      ...['#nowhere', 'secret>alerts', 'old', 'news>alerts', '>alerts', '999999'].map((name) => ({ room: name })),
    ],
    close,
  };
}

testChat({ name: 'Zulip', create });
