import type { Clock, InboundEvent } from '@securitybot/core';
import type { Identity, WhoAmI } from './identity.js';
import { type Json, listOf, objectOf, textOf, timeOf } from './json.js';
import { type SlackLog, wordsOf } from './log.js';
import { typedText } from './markup.js';
import type { Presses } from './presses.js';
import { createSequence } from './sequence.js';
import type { Envelope } from './socket.js';

/** How long an event waits for an earlier one of the same person, in ms. */
const HOLD_MS = 50;

export type Receive = (event: InboundEvent) => Promise<void>;

/** Hands an event on, once: the same one under way already is joined. Rejects when it was not taken. */
export type Take = (event: InboundEvent) => Promise<void>;

export function createTake(clock: Clock, receive: Receive, stopping: AbortSignal): Take {
  const sequence = createSequence(clock, HOLD_MS, stopping);
  const underWay = new Map<string, Promise<void>>();

  return (event) => {
    const known = underWay.get(event.id);
    if (known) return known;
    const { user, sentAt } = event;
    const job = (sentAt === undefined ? Promise.resolve() : sequence.turn(user, sentAt))
      .then(() => receive(event))
      .finally(() => underWay.delete(event.id));
    underWay.set(event.id, job);
    return job;
  };
}

/** Whether a message is one that a person of ours typed to the bot. */
function isForUs(event: Json, body: Json, me: Identity): boolean {
  const { channel_type, subtype, bot_id, user, thread_ts, ts, parent_user_id, hidden } = event;
  if (channel_type !== 'im' || hidden === true || textOf(bot_id) !== undefined) return false;
  // Not edits, deletions, joins and the like; but a file may come with words.
  if (subtype !== undefined && subtype !== 'file_share' && subtype !== 'thread_broadcast') return false;
  if (textOf(user) === undefined || user === me.userId) return false;
  const isReply = thread_ts !== undefined && thread_ts !== ts;
  if (isReply && parent_user_id !== me.userId && parent_user_id !== user) return false;
  if (body.is_ext_shared_channel === true) return false;
  const team = textOf(event.user_team) ?? textOf(event.team);
  const home = [me.teamId, me.enterpriseId, body.team_id, body.enterprise_id];
  for (const one of listOf(body.authorizations).map(objectOf))
    home.push(textOf(one.team_id), textOf(one.enterprise_id));
  return team === undefined || home.includes(team);
}

export interface InboundOptions {
  readonly take: Take;
  readonly presses: Presses;
  readonly whoAmI: WhoAmI;
  /** A user object that has changed. */
  readonly onUser: (raw: unknown) => void;
  readonly log: SlackLog;
}

/** What Slack hands over, as the engine's events. Acknowledges only what is taken, or what nobody wants. */
export function createInbound({ take, presses, whoAmI, onUser, log }: InboundOptions) {
  async function takeEvent(body: Json): Promise<void> {
    const event = objectOf(body.event);
    const id = textOf(body.event_id);
    const user = textOf(event.user);
    switch (event.type) {
      case 'user_change':
      case 'team_join':
        return onUser(event.user);
      case 'app_home_opened':
        if (id !== undefined && user !== undefined && event.tab === 'home') await take({ type: 'opened', id, user });
        return;
      case 'message': {
        if (id === undefined || user === undefined || !isForUs(event, body, await whoAmI())) return;
        const sentAt = timeOf(event.ts);
        const text = typedText(textOf(event.text) ?? '');
        return take({ type: 'text', id, user, text, ...(sentAt === undefined ? {} : { sentAt }) });
      }
      default:
        return;
    }
  }

  async function handle({ type, body, ack }: Envelope): Promise<void> {
    if (type === 'interactive') return presses.handle(body, ack);
    if (body.type === 'app_rate_limited') {
      log(
        'warn',
        'slack: Slack drops events, as the app gets more than 30,000 in an hour. What people type may be lost.',
      );
    }
    if (type === 'events_api') await takeEvent(body);
    await ack();
  }

  /** Never rejects. What was not taken is not acknowledged: Slack delivers it again. */
  return async (envelope: Envelope): Promise<void> => {
    try {
      await handle(envelope);
    } catch (error) {
      const what = textOf(objectOf(envelope.body.event).type) ?? textOf(envelope.body.type) ?? envelope.type;
      log('warn', `slack: an event (${what}) is left unacknowledged, and comes again: ${wordsOf(error)}`);
    }
  };
}
