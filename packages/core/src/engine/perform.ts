import { PluginError } from '../contracts/error.js';
import { tasksOf } from '../conversation/draft.js';
import type { Conversation, ConversationEvent, Effect, Question, ResultEvent } from '../conversation/types.js';
import { reach } from './calls.js';
import { asPluginError, type EngineContext } from './context.js';
import type { ProviderCall } from './observe.js';

/** No call lasts longer than this, in ms. A chat may wait for its own limits within. */
const CHAT_MS = 120_000;
const AUTH_MS = 20_000;

type Bare<T> = T extends unknown ? Omit<T, 'at' | 'key'> : never;
export type Outcome = Bare<ResultEvent>;
type AuthCall = (ProviderCall & { readonly provider: 'auth' })['call'];

function questionOf(conversation: Conversation, id: string): Question | undefined {
  return conversation.questions.find((question) => question.id === id);
}

/** Performs one effect, once. What became of it is a value; it never throws. `turn`: the one it is performed in. */
export function createPerformer(context: EngineContext) {
  const { chat, auth, tasker, blacklist, renderer, people, stopping } = context;

  function subjectOf(conversation: Conversation, question: Question): string {
    return people.subject(tasksOf(conversation, question)[0]?.alert.username ?? '');
  }

  async function act(effect: Effect, conversation: Conversation, turn: number | undefined): Promise<Outcome> {
    const say = `Performing ${effect.type}`;
    const inChat = <T>(call: 'send' | 'edit', make: () => Promise<T>) =>
      reach(context, { provider: 'chat', call, turn }, say, CHAT_MS, make);
    const inAuth = <T>(call: AuthCall, make: (signal: AbortSignal) => Promise<T>) =>
      reach(context, { provider: 'auth', call, turn }, say, AUTH_MS, (signal) => make(signal()));
    const inStore = async (call: () => Promise<unknown>): Promise<Outcome> => {
      await call();
      return { type: 'done' };
    };
    switch (effect.type) {
      case 'send': {
        const message = renderer.message(effect, conversation);
        return { type: 'done', ref: await inChat('send', () => chat.send({ user: conversation.person }, message)) };
      }
      case 'edit':
        if (!chat.edit) return { type: 'done' };
        await inChat('edit', async () => chat.edit?.(effect.ref, renderer.message(effect, conversation)));
        return { type: 'done' };
      case 'home':
        if (chat.supports.home)
          await inChat('send', () => chat.send({ home: conversation.person }, renderer.home(effect, conversation)));
        return { type: 'done' };
      case 'report':
      case 'notice': {
        const message =
          effect.type === 'report' ? renderer.report(effect, conversation) : renderer.message(effect, conversation);
        await inChat('send', () => chat.send({ room: context.reportingChannel }, message));
        return { type: 'done' };
      }
      case 'mute':
        return inStore(() => blacklist.put(effect.entry));
      case 'unmute':
        return inStore(() => blacklist.remove({ username: effect.username, title: effect.title }));
      case 'opt-out':
        return inStore(() => blacklist.put({ username: effect.username, reason: effect.reason }));
      case 'opt-in':
        return inStore(() => blacklist.remove({ username: effect.username }));
      case 'raise':
        return inStore(async () => {
          await tasker.add(effect.alert);
          context.wake.intake();
        });
      case 'readiness': {
        const question = questionOf(conversation, effect.question);
        if (!question) return { type: 'done' };
        const subject = subjectOf(conversation, question);
        const readiness = await inAuth('readiness', (signal) => auth.readiness(subject, signal));
        if (typeof readiness?.ready !== 'boolean') {
          throw new PluginError('UNAVAILABLE', `${say}: "${auth.name}" did not say whether it is ready.`);
        }
        return { type: 'ready', readiness };
      }
      case 'challenge': {
        const question = questionOf(conversation, effect.question);
        if (!question) return { type: 'done' };
        const request = {
          id: effect.id,
          subject: subjectOf(conversation, question),
          reason: renderer.push(tasksOf(conversation, question)),
        };
        return {
          type: 'challenged',
          ...(await inAuth('challenge', (signal) => auth.challenge(request, signal))),
        };
      }
      case 'check': {
        try {
          const result = await inAuth('check', (signal) =>
            auth.check(effect.token, AbortSignal.any([signal, stopping])),
          );
          return { type: 'checked', result };
        } catch (error) {
          // Called off by the stop: nobody knows more than before, and whoever comes next asks again.
          if (stopping.aborted) return { type: 'checked', result: 'pending' };
          throw error;
        }
      }
      default:
        return effect satisfies never;
    }
  }

  return async (effect: Effect, conversation: Conversation, turn?: number): Promise<Outcome> => {
    const started = context.clock.now();
    const tell = (code?: string) => {
      const tookMs = context.clock.now() - started;
      context.observe({
        type: 'effect',
        effect: effect.type,
        key: effect.key,
        tries: effect.tries,
        tookMs,
        ...(code === undefined ? {} : { code }),
      });
    };
    try {
      const outcome = await act(effect, conversation, turn);
      tell();
      return outcome;
    } catch (caught) {
      const error = asPluginError(caught, `Performing ${effect.type}`);
      tell(error.code);
      context.observe({ type: 'failure', doing: `perform ${effect.type} ${effect.key}`, error });
      const { code, retryAfterMs, notSent } = error;
      return { type: 'failed', code, notSent, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
  };
}

export type Perform = ReturnType<typeof createPerformer>;

/** An outcome as an event. */
export function asEvent(outcome: Outcome, key: string, at: number): ConversationEvent {
  return { ...outcome, key, at };
}
