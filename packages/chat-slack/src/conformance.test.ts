import type { ChatUser } from '@securitybot/core';
import type { SlackMessage } from '@securitybot/strict-servers';
import { type ChatHarness, type ReadMessage, testChat } from '@securitybot/testing';
import { createDesk, hurried } from './fixtures/desk.js';

const asRead = ({ id, text, buttons, links, mentions }: SlackMessage): ReadMessage => ({
  id,
  text,
  choices: buttons,
  links,
  mentions,
});

/** Slack delivers again what found no connection; here it waits for less than a minute. */
const RETRY_MS = [100, 200, 400, 800, 1600];

async function create(): Promise<ChatHarness> {
  const { slack, clock, another, kill, close } = await createDesk({ times: { retryMs: RETRY_MS } });
  const person = (name: string, first: string): ChatUser => {
    const { id } = slack.addPerson({ name, firstName: first, timeZone: 'Europe/Berlin', locale: 'de-DE' });
    return {
      id,
      username: name,
      name: first,
      email: `${name}@example.com`,
      timeZone: 'Europe/Berlin',
      locale: 'de-DE',
    };
  };
  const unhurt = { clock: hurried(clock, { 5000: 10 }) }; // a limit is told after a while
  const ann = person('ann', 'Ann');
  const bob = person('bob', 'Bob');
  const room = slack.addChannel('security');
  slack.addPerson('twin');
  slack.addPerson({ name: 'twin', email: 'twin2@example.com' });
  const gone = slack.addPerson({ name: 'gone', deactivated: true });
  const guest = slack.addPerson({ name: 'guest', restricted: true });
  const single = slack.addPerson({ name: 'single', ultraRestricted: true });
  const robot = slack.addPerson({ name: 'robot', bot: true });
  const stranger = slack.addPerson({ name: 'stranger', teamId: 'T0OTHER' });
  const empty = slack.addChannel({ name: 'empty', botIsMember: false });
  const old = slack.addChannel({ name: 'old', archived: true });

  return {
    chat: another(unhurt),
    people: { ann, bob },
    roomName: '#security',
    say: (user, text) => void slack.person(user).types(text),
    messages: (user) => slack.person(user).reads().map(asRead),
    room: () => room.reads().map(asRead),
    restart() {
      kill();
      return another(unhurt);
    },
    async press(user, messageId, label, reason) {
      const who = slack.person(user);
      const message = who.reads().find(({ id }) => id === messageId);
      if (!message) throw new Error(`There is no message ${messageId}.`);
      const press = who.presses(message, label);
      if (reason !== undefined) await (await press.dialog).submits(reason);
    },
    home(user) {
      const page = slack.person(user).home();
      return page && asRead(page);
    },
    open: (user) => void slack.person(user).opensHome(),
    redeliver: () => slack.faults.redeliver(),
    unacknowledged: () => slack.unacknowledged(),
    sayInRoom: (user, text) => void slack.person(user).says(room.id, text),
    sayAsStranger(text) {
      stranger.types(text); // in a channel shared with another organisation
      const ofAnn = { type: 'message', channel_type: 'im', channel: slack.person(ann.id).dm(), text, username: 'ann' };
      for (const sender of [{}, { user: '' }, { user: null }, { subtype: 'bot_message', bot_id: 'B0HOOK' }]) {
        slack.faults.sendEnvelope({
          type: 'event_callback',
          event_id: `Ev${JSON.stringify(sender)}`,
          team_id: slack.team.id,
          event: { ...ofAnn, ...sender, ts: '1700000000.000100' },
        });
      }
    },
    disconnect: () => slack.faults.dropConnections(),
    rename: (user, name) => void slack.person(user).changes({ displayName: name, realName: name }),
    fail(code) {
      if (code === 'BAD_CREDENTIALS') slack.faults.revokeToken('bot');
      const times = Number.POSITIVE_INFINITY;
      if (code === 'RATE_LIMITED') slack.faults.rateLimit({ retryAfter: 300, times });
      if (code === 'UNAVAILABLE') slack.faults.answer(503, { times });
      if (code === 'REJECTED') slack.faults.fail('channel_not_found', { times });
    },
    mend() {
      slack.faults.mend();
      slack.faults.restoreToken('bot');
      clock.putForward(301_000); // by then Slack's limits are over
    },
    ambiguous: [{ username: 'twin' }],
    ineligible: [
      ...[gone, guest, single, robot, stranger].flatMap(({ id, name }) => [{ id }, { username: name }]),
      { email: 'guest@example.com' },
      { id: 'USLACKBOT' },
      { username: 'slackbot' },
    ],
    nowhere: [
      { user: 'U0NOBODY' },
      { user: 'nobody' },
      { user: gone.id },
      { user: robot.id },
      { room: '#nowhere' },
      { room: empty.id },
      { room: old.id },
    ],
    close,
  };
}

testChat({ name: 'Slack', create });
