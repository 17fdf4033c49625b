import type { CommandAction } from '../commands/handler.js';
import { reply } from '../commands/handler.js';
import { parseCommand } from '../commands/parse.js';
import type { ChatUser, InboundEvent } from '../contracts/chat.js';
import type { Person } from '../conversation/types.js';
import { inTurn } from './calls.js';
import { bounded, type EngineContext } from './context.js';
import type { Ledger } from './ledger.js';
import { createMutex } from './mutex.js';
import { findById, loginOf, personOf } from './people.js';
import { readChoice } from './render.js';

/** A command that takes longer has failed, in ms. */
const COMMAND_MS = 30_000;

/** Takes what people do in the chat. Resolves when it is saved; only then may the chat acknowledge it. */
export function createInbox(context: EngineContext, ledger: Ledger): (event: InboundEvent) => Promise<void> {
  const { commands, observe } = context;
  const inOrder = createMutex();

  async function command(event: InboundEvent & { type: 'text' }, user: ChatUser, turn: number): Promise<CommandAction> {
    const parsed = parseCommand(event.text);
    const known = parsed && commands.find(parsed.name);
    if (!parsed || !known) return reply({ message: 'unknown-command' });
    const { args, rest } = parsed;
    const invocation = {
      user,
      command: known.command,
      args,
      rest,
      eventId: event.id,
      login: () => loginOf(context, user, turn),
      now: async () => (await context.tasker.load(user.id)).now,
    };
    return bounded(context, `Command "${known.command.name}"`, COMMAND_MS, async () => known.handler(invocation));
  }

  function press(event: InboundEvent & { type: 'choice' }): CommandAction {
    const choice = readChoice(event.value);
    if (!choice) return reply({ message: 'stale-press' });
    const { said, question, step } = choice;
    return { type: 'answer', said, rest: event.reason ?? '', target: { question, step } };
  }

  function understand(event: InboundEvent, user: ChatUser, turn: number): CommandAction | Promise<CommandAction> {
    if (event.type === 'text') return command(event, user, turn);
    return event.type === 'choice' ? press(event) : { type: 'opened' };
  }

  /** The sender; from our own record where the chat cannot say just now and the event needs no more than that. */
  async function senderOf(event: InboundEvent, turn: number): Promise<ChatUser | string> {
    try {
      const found = await findById(context, event.user, turn);
      return 'user' in found ? found.user : found.none;
    } catch (error) {
      const { conversation } = await context.tasker.load(event.user);
      const known: Person | undefined = conversation.user;
      if (!known) throw error;
      observe({ type: 'failure', doing: `look up the sender of a message, ${event.user}`, error });
      return { id: event.user, ...known };
    }
  }

  async function take(event: InboundEvent, turn: number): Promise<void> {
    const started = context.clock.now();
    const sender = await senderOf(event, turn);
    if (typeof sender === 'string') return observe({ type: 'ignored', person: event.user, why: sender });
    if (event.type === 'text' && event.text.trim() === '')
      return observe({ type: 'ignored', person: event.user, why: 'empty' });
    const action = await understand(event, sender, turn);
    const { id, sentAt } = event;
    await ledger.hand(sender.id, (at) => [
      { ...action, id, at, user: personOf(sender), ...(sentAt === undefined ? {} : { sentAt }) },
    ]);
    observe({ type: 'message', person: sender.id, tookMs: context.clock.now() - started });
  }

  // One after the other: a quick yes after a no must not overtake it.
  return (event) =>
    inOrder(event.user, () =>
      inTurn(
        context,
        'message',
        () => 1,
        (turn) => take(event, turn),
      ),
    );
}
