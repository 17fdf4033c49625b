import { readFileSync } from 'node:fs';
import {
  type ChallengeResult,
  type ConversationEvent,
  cleanLine,
  defaultPolicy,
  type Effect,
  emptyConversation,
  type Part,
  type Policy,
  parseCommand,
  parseDuration,
  recordOf,
  transition,
  wakeAt,
} from '@securitybot/core';

const policy: Policy = { ...defaultPolicy, ...(JSON.parse(process.argv[2] ?? '{}') as Partial<Policy>) };
const user = { name: 'Ann', username: 'ann' };
let conversation = emptyConversation('U1');
let at = 0;

const RESULTS: readonly string[] = ['approved', 'denied', 'fraud'] satisfies ChallengeResult[];
const isResult = (word: string): word is ChallengeResult => RESULTS.includes(word);
const nameOf = (part: Part) => ('message' in part ? part.message : 'alert' in part ? 'alert' : 'words');

function describe(effect: Effect): string {
  if (effect.type === 'send' || effect.type === 'notice') return effect.parts.map(nameOf).join(', ');
  if (effect.type === 'report') return effect.cause;
  return effect.type === 'mute' ? `until ${new Date(effect.entry.until ?? 0).toISOString()}` : '';
}

/** Decides, and prints what is to be done. A bot would save what was decided here, and perform it only then. */
function take(event: ConversationEvent): void {
  const [next, effects] = transition(conversation, event, policy);
  conversation = { ...next, version: next.version + 1 };
  for (const effect of effects) console.log(`${new Date(at).toISOString()}  ${effect.type} ${describe(effect)}`.trim());
}

/** What becomes of an effect in a world where all goes well, and a push waits for the phone. */
function perform({ type, key }: Effect): void {
  if (type === 'readiness') take({ type: 'ready', at, key, readiness: { ready: true } });
  else if (type === 'check') take({ type: 'checked', at, key, result: 'pending', again: at + policy.recheckMs });
  else if (type === 'challenge') {
    take({ type: 'attempting', at, key });
    take({ type: 'challenged', at, key, token: key });
  } else take({ type: 'done', at, key });
}

/** Moves the clock on, looking after the conversation whenever it wants to be looked after. */
function advanceTo(time: number): void {
  for (let wake = wakeAt(conversation); wake !== undefined && wake <= time; wake = wakeAt(conversation)) {
    at = Math.max(at, wake);
    const due = conversation.outbox.find(({ notBefore }) => notBefore <= at);
    if (due) perform(due);
    else take({ type: 'tick', at });
  }
  at = time;
}

/** Plays the next line of the story. @returns false where it makes no sense. */
function play(name: string, args: readonly string[], rest: string, line: number): boolean {
  const [first = ''] = args;
  const check = conversation.outbox.find(({ type }) => type === 'check');
  const said = name === 'ann' ? parseCommand(rest) : undefined;
  if (name === 'at' || name === 'wait') {
    const time = name === 'at' ? Date.parse(first) : at + (parseDuration(first) ?? Number.NaN);
    if (!(time >= at && time < Date.UTC(9999, 0))) return false;
    advanceTo(time);
  } else if (name === 'alert') {
    const id = line.toString(16).padStart(64, '0');
    const alert = { id, username: 'ann', title: rest, description: '', reason: '', url: '', eventTime: at, seenAt: at };
    take({ type: 'alerts', at, alerts: [{ alert, route: { to: 'ask' } }], user });
  } else if (said?.name === 'yes' || said?.name === 'no' || said?.name === 'unsure') {
    take({ type: 'answer', at, id: `line ${line}`, user, said: said.name, rest: said.rest });
  } else if (name === 'phone' && check && isResult(first)) {
    take({ type: 'checked', at, key: check.key, result: first });
  } else return false;
  advanceTo(at);
  return true;
}

for (const [i, text] of readFileSync(0, 'utf8').split('\n').entries()) {
  const parsed = parseCommand(text);
  if (!parsed) continue;
  console.log(`> ${cleanLine(text, 200)}`);
  if (play(parsed.name, parsed.args, parsed.rest, i + 1)) continue;
  console.error(`Line ${i + 1} makes no sense here. Write at, alert, ann, phone or wait: see the README.`);
  process.exit(2);
}
for (const task of conversation.tasks) {
  console.log(JSON.stringify({ title: task.alert.title, ...recordOf(task) }));
}
