import type { ChallengeResult, ChatUser, InboundEvent, OutgoingMessage } from '@securitybot/core';
import { plainText } from '@securitybot/core';
import type { Call } from './protocol.js';
import type { Story } from './stories.js';

/** What is on a phone. */
interface Prompt {
  readonly subject: string;
  /** How often the person was prompted. */
  times: number;
  result: ChallengeResult;
  /** Whether the bot was told the result. */
  told: boolean;
}

/** The world outside the bot: a chat, phones, and the people at both. It goes on when a bot is killed. */
export interface Outside {
  /** What the outside world says to a call of the bot. */
  reply(call: Call): unknown;
  /** Somebody says something unasked. */
  say(login: string, text: string): void;
  /** The bot is gone. Whoever has a prompt answers it. */
  abandon(): void;
  /** Events that no bot has acknowledged yet, oldest first. */
  readonly pending: InboundEvent[];
  /** Called when there is another one. */
  onEvent: () => void;
  /** All messages to that person, oldest first; a repeated one is there again. */
  messagesTo(login: string): readonly string[];
  /** All messages to rooms. */
  readonly reports: readonly string[];
  readonly prompts: ReadonlyMap<string, Prompt>;
}

const loginOf = (user: string) => user.slice('U-'.length);

export function createOutside(story: Story): Outside {
  const inboxes = new Map<string, string[]>();
  const answered = new Set<string>();
  const lastQuestions = new Map<string, OutgoingMessage>();
  const reports: string[] = [];
  const prompts = new Map<string, Prompt>();
  let count = 0;

  type Deed = { type: 'text'; text: string } | { type: 'choice'; value: string; reason?: string };

  function act(user: string, deed: Deed): void {
    count += 1;
    outside.pending.push({ id: `event-${count}`, user, sentAt: Date.now(), ...deed });
    outside.onEvent();
  }

  /** Does what the story says about a question. */
  function answer(user: string, { choices = [] }: OutgoingMessage): void {
    const [first, second] = choices;
    const isPermission = first?.label === 'Yes, send the push';
    const { said, because } = story.answer;
    const chosen = said === 'yes' || isPermission ? first : second;
    if (story.by === 'pressing') {
      act(user, { type: 'choice', value: chosen?.value ?? '', ...(isPermission ? {} : { reason: because }) });
    } else act(user, { type: 'text', text: isPermission ? 'yes' : `${said}, ${because}` });
  }

  function receive(user: string, message: OutgoingMessage): void {
    const text = plainText(message.nodes);
    inboxes.set(user, [...(inboxes.get(user) ?? []), text]);
    if (message.choices && !answered.has(message.key)) {
      answered.add(message.key); // whoever has answered a message does not answer its repetition
      lastQuestions.set(user, message);
      answer(user, message);
    }
    const last = lastQuestions.get(user);
    if (text.includes('read it, and answer again') && last) answer(user, last);
  }

  const methods: Record<string, (...args: never[]) => unknown> = {
    findUser(by: { id: string } | { username: string }): { user: ChatUser } {
      const username = 'id' in by ? loginOf(by.id) : by.username;
      return { user: { id: `U-${username}`, username, name: username } };
    },
    send(to: { user: string } | { room: string }, message: OutgoingMessage) {
      count += 1;
      const ref = { id: `message-${count}`, sentAt: Date.now() };
      if ('user' in to) receive(to.user, message);
      else reports.push(plainText(message.nodes));
      return ref;
    },
    edit: () => null,
    readiness: () => ({ ready: true }),
    challenge({ id, subject }: { id: string; subject: string }) {
      const prompt = prompts.get(id) ?? { subject, times: 0, result: 'pending', told: false };
      prompt.times += 1;
      prompts.set(id, prompt);
      return { token: id };
    },
    /** The person reaches for the phone only now: each push is found pending once. */
    check(token: string) {
      const prompt = prompts.get(token);
      if (!prompt) return 'expired';
      const { result } = prompt;
      prompt.told = result !== 'pending';
      prompt.result = story.phone;
      return result;
    },
  };

  const outside: Outside = {
    reply: ({ method, args }) => methods[method]?.(...(args as never[])),
    say: (login, text) => act(`U-${login}`, { type: 'text', text }),
    abandon() {
      for (const prompt of prompts.values()) if (prompt.result === 'pending') prompt.result = story.phone;
    },
    pending: [],
    onEvent: () => {},
    messagesTo: (login) => inboxes.get(`U-${login}`) ?? [],
    reports,
    prompts,
  };
  return outside;
}
