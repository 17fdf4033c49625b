import type { Api } from './api.js';
import { readAction, readValue } from './buttons.js';
import { actionIn, DIALOG, dialogFor, REASON, reasonIn } from './dialog.js';
import { answerOf } from './errors.js';
import type { Take } from './inbound.js';
import { type Json, objectOf, textOf, timeOf } from './json.js';
import { type SlackLog, wordsOf } from './log.js';
import { unescapeText } from './markup.js';
import type { Envelope } from './socket.js';
import type { SlackWords } from './words.js';

/** What a value stands for that was not written for whoever pressed: the engine says that it belongs to no open question. */
const NOBODYS = '';

type Ack = Envelope['ack'];

export interface Presses {
  /** A payload of an interactive envelope. Rejects when it was not taken. */
  handle(body: Json, ack: Ack): Promise<void>;
}

export interface PressesOptions {
  readonly api: Api;
  readonly take: Take;
  readonly words: SlackWords;
  /** Says something to a person. */
  readonly say: (user: string, key: string, text: string) => Promise<unknown>;
  readonly log: SlackLog;
}

/** Buttons and dialogs. */
export function createPresses({ api, take, words, say, log }: PressesOptions): Presses {
  async function openDialog(press: string, user: string, body: Json): Promise<void> {
    const { text, value } = actionIn(body);
    const label = unescapeText(textOf(objectOf(text).text) ?? '');
    const view = dialogFor(words, label, textOf(value) ?? '');
    try {
      await api.call('views.open', { trigger_id: textOf(body.trigger_id) ?? '', view }, { about: user });
    } catch (error) {
      if (answerOf(error) === 'exchanged_trigger_id') return; // the same press again
      log('warn', `slack: the dialog for a press of ${user} could not be opened: ${wordsOf(error)}`);
      await say(user, `dialog-failed:${press}`, words.dialogFailed).catch((failure) =>
        log('warn', `slack: nor could ${user} be told so: ${wordsOf(failure)}`),
      );
    }
  }

  async function pressed(body: Json, ack: Ack): Promise<void> {
    const action = actionIn(body);
    const kind = readAction(textOf(action.action_id) ?? '');
    const user = textOf(objectOf(body.user).id);
    const container = objectOf(body.container);
    const channel = textOf(objectOf(body.channel).id) ?? textOf(container.channel_id) ?? '';
    const at = textOf(action.action_ts) ?? textOf(body.trigger_id);
    if (kind === undefined || user === undefined || at === undefined || !channel.startsWith('D')) {
      log(
        'info',
        `slack: a press of ${user ?? 'nobody'} on a button that is none of ours, or not in a direct message, was ignored`,
      );
      return ack();
    }
    const written = readValue(textOf(action.value) ?? '');
    const isTheirs = written?.user === user;
    if (!isTheirs) log('warn', `slack: ${user} has pressed a button that was not made for them`);
    const message = textOf(container.message_ts) ?? '';
    const id = `press:${channel}:${message}:${textOf(action.action_id)}:${at}:${user}`;
    if (kind === 'ask' && isTheirs) {
      // Nothing is saved, and the trigger is good for three seconds: one does not wait for the other.
      const [acknowledged] = await Promise.allSettled([ack(), openDialog(id, user, body)]);
      if (acknowledged.status === 'rejected') throw acknowledged.reason;
      return;
    }
    const sentAt = timeOf(action.action_ts);
    const value = isTheirs ? written.value : NOBODYS;
    await take({ type: 'choice', id, user, value, ...(sentAt === undefined ? {} : { sentAt }) });
    return ack();
  }

  async function submitted(body: Json, ack: Ack): Promise<void> {
    const view = objectOf(body.view);
    const user = textOf(objectOf(body.user).id);
    const viewId = textOf(view.id);
    if (view.callback_id !== DIALOG || user === undefined || viewId === undefined) return ack();
    const complain = (text: string) => ack({ response_action: 'errors', errors: { [REASON]: text } });
    const reason = reasonIn(view);
    if (reason.trim() === '') return complain(words.reasonMissing);
    const written = readValue(textOf(view.private_metadata) ?? '');
    const value = written?.user === user ? written.value : NOBODYS;
    try {
      await take({ type: 'choice', id: `dialog:${viewId}`, user, value, reason });
    } catch (error) {
      log('warn', `slack: an answer of ${user} was not saved, and they were told so: ${wordsOf(error)}`);
      return complain(words.notSaved);
    }
    return ack();
  }

  return {
    handle(body, ack) {
      if (body.type === 'block_actions') return pressed(body, ack);
      if (body.type === 'view_submission') return submitted(body, ack);
      return ack(); // a dialog that was closed: the question is open still
    },
  };
}
