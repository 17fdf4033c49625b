import type { CommandRegistry } from '../commands/registry.js';
import type { Choice, MessageNode, OutgoingMessage } from '../contracts/message.js';
import { subjectOf, tasksOf, titleOf } from '../conversation/draft.js';
import type { ChoiceSet, Conversation, Effect, Part, Task } from '../conversation/types.js';
import type { MessageBook } from '../messages/book.js';
import { cleanText, plainText } from '../messages/plain.js';

/** Alerts listed in one report; the rest is counted. */
const REPORT_LINES = 10;
/** Of an explanation in a message, in UTF-16 code units; the whole is in the store. */
const EXPLANATION = 1000;

type Values = Readonly<Record<string, string>>;

export interface Renderer {
  message(effect: Effect & { type: 'send' | 'edit' | 'notice' }, conversation: Conversation): OutgoingMessage;
  report(effect: Effect & { type: 'report' }, conversation: Conversation): OutgoingMessage;
  home(effect: Effect & { type: 'home' }, conversation: Conversation): OutgoingMessage;
  /** What a push says. */
  push(tasks: readonly Task[]): string;
}

/** The value of a button. */
function choiceValue({ kind, question, step }: ChoiceSet, said: 'yes' | 'no' | 'unsure'): string {
  return `${kind}:${question}:${step}:${said}`;
}

/** What a button's value says; `undefined` for what is none of ours. */
export function readChoice(
  value: string,
): { said: 'yes' | 'no' | 'unsure'; question: string; step: number } | undefined {
  const [, question, step, said] =
    /^(?:answer|permission):([0-9a-f]{64}\.\d{1,9}):(\d{1,9}):(yes|no|unsure)$/.exec(value) ?? [];
  if (question === undefined || (said !== 'yes' && said !== 'no' && said !== 'unsure')) return undefined;
  return { question, step: Number(step), said };
}

/** Turns what the conversation wants said into messages. */
export function createRenderer(messages: MessageBook, commands: CommandRegistry): Renderer {
  function sentence(name: Parameters<MessageBook>[0], values: Values = {}): MessageNode[] {
    if (name === 'open-question') {
      const state = values.state === 'proving' || values.state === 'confirming' ? values.state : 'asking';
      return messages(name, { ...values, state: plainText(messages(`state-${state}`)) });
    }
    if (name === 'answered')
      return messages(name, { ...values, explanation: cleanText(values.explanation ?? '', EXPLANATION) });
    return messages(name, values);
  }

  function alertNodes(id: string, conversation: Conversation): MessageNode[] {
    const task = conversation.tasks.find(({ alert }) => alert.id === id);
    if (!task) return [];
    const { title, description, reason, url } = task.alert;
    return messages('alert', { title, description, reason, url });
  }

  function nodesOf(part: Part, conversation: Conversation): MessageNode[] {
    if ('message' in part) return sentence(part.message, part.values);
    if ('alert' in part) return alertNodes(part.alert, conversation);
    if ('command' in part) return commands.text(part.command, part.outcome, part.values);
    return cleanText(part.text, 4000)
      .split('\n')
      .flatMap((text, i): MessageNode[] => [...(i > 0 ? [{ type: 'break' as const }] : []), { type: 'text', text }]);
  }

  function join(paragraphs: readonly MessageNode[][]): MessageNode[] {
    return paragraphs
      .filter((nodes) => nodes.length > 0)
      .flatMap((nodes, i) => (i > 0 ? [{ type: 'break' as const }, ...nodes] : nodes));
  }

  function choicesOf(set: ChoiceSet): Choice[] {
    const label = (name: Parameters<MessageBook>[0]) => plainText(messages(name));
    if (set.kind === 'permission') {
      return [
        { label: label('button-permit'), value: choiceValue(set, 'yes') },
        { label: label('button-refuse'), value: choiceValue(set, 'no') },
      ];
    }
    return [
      { label: label('button-yes'), value: choiceValue(set, 'yes'), asksReason: true },
      { label: label('button-no'), value: choiceValue(set, 'no') },
      { label: label('button-unsure'), value: choiceValue(set, 'unsure'), asksReason: true },
    ];
  }

  function reportValues({ alert, answer }: Task, cause: string): Values {
    const { username, title, description, url } = alert;
    const explanation = cleanText(answer?.explanation ?? '', EXPLANATION);
    return { username, title, cause, description, url, said: answer?.said ?? '', explanation };
  }

  function pushValues(tasks: readonly Task[]): Values {
    const description = tasks[0]?.alert.description ?? '';
    return { title: subjectOf(tasks).title, description, count: String(tasks.length) };
  }

  return {
    message: (effect, conversation) => ({
      key: effect.key,
      nodes: join(effect.parts.map((part) => nodesOf(part, conversation))),
      ...(effect.type === 'send' && effect.urgent ? { urgent: true } : {}),
      ...(effect.type === 'send' && effect.choices ? { choices: choicesOf(effect.choices) } : {}),
    }),

    report(effect, conversation) {
      const tasks = conversation.tasks.filter(({ alert }) => effect.tasks.includes(alert.id));
      const [first] = tasks;
      const count = effect.tasks.length;
      let paragraphs: MessageNode[][] = [];
      if (first && count === 1) paragraphs = [messages('report', reportValues(first, effect.cause))];
      else if (first) {
        paragraphs = [
          messages('report-many', { ...reportValues(first, effect.cause), count: String(count) }),
          ...tasks.slice(0, REPORT_LINES).map((task) => messages('report-line', reportValues(task, effect.cause))),
        ];
        if (count > REPORT_LINES) paragraphs.push(messages('report-more', { count: String(count - REPORT_LINES) }));
      }
      return { key: effect.key, nodes: join(paragraphs), ...(effect.urgent ? { urgent: true } : {}) };
    },

    home(effect, conversation) {
      const open = conversation.questions.map((question) => {
        const title = titleOf(tasksOf(conversation, question));
        const values = { number: String(question.number), title, state: question.state };
        return [sentence('open-question', values), ...question.tasks.map((id) => alertNodes(id, conversation))];
      });
      const paragraphs = open.length === 0 ? [messages('home-none')] : [messages('home-head'), ...open.flat()];
      return { key: effect.key, nodes: join(paragraphs) };
    },

    push(tasks) {
      const name = tasks.length === 1 ? 'push' : 'push-bundle';
      return plainText(messages(name, pushValues(tasks)));
    },
  };
}
