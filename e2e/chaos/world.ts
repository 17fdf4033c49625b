import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDuoServer,
  createSlackServer,
  type DuoPrompt,
  type DuoServer,
  type SlackMessage,
  type SlackServer,
} from '@securitybot/strict-servers';
import { MARKS, type Plan, type PlannedAlert, type Random } from './plan.ts';

/** Something that a person did, about those alerts. */
interface Deed {
  readonly login: string;
  readonly marks: readonly string[];
  readonly what: 'yes' | 'no' | 'unsure' | 'permits' | 'refuses';
  /** By typing, which the bot may have to ask for again; else by a button. */
  readonly typed: boolean;
  /** When the bot acknowledged it, ms UTC. Absent: it did not. */
  readonly acknowledgedAt?: number;
}

/** Slack, Duo, and the people at both, who do what the plan says until the bot has understood it. */
export interface World {
  readonly slack: SlackServer;
  readonly duo: DuoServer;
  readonly deeds: readonly Deed[];
  /** What went wrong with a person, which is the harness's own fault. */
  readonly mishaps: readonly string[];
  close(): Promise<void>;
}

export const ROOM = 'security';
export const DOMAIN = 'example.com';

const YES = 'Yes, that was me';
const NO = 'No';
const UNSURE = 'Not sure';
const PERMIT = 'Yes, send the push';
const TICK_MS = 100;
/** How long somebody looks at a message that does not change before they try again. */
const RETRY_MS = 4_000;

const marksOf = (text: string): string[] => [...new Set(text.match(MARKS) ?? [])];

export async function createWorld(plan: Plan, random: Random): Promise<World> {
  const slack = await createSlackServer({ limits: false, times: { retryMs: [0, 1_000, 5_000, 15_000, 30_000] } });
  const duo = await createDuoServer();
  slack.addChannel(ROOM);
  const planned = new Map(plan.alerts.map((alert) => [alert.mark, alert]));
  const loginOf = new Map<string, string>();
  for (const { login, kind } of plan.people) {
    if (kind === 'is unknown') continue;
    const person = slack.addPerson({ name: login, email: `${login}@${DOMAIN}`, timeZone: 'UTC' });
    loginOf.set(person.id, login).set(person.dm(), login);
    const user = duo.addUser(login);
    if (kind === 'has no device') user.changes({ devices: [{ type: 'token', capabilities: ['mobile_otp'] }] });
    if (kind === 'is let by') user.becomes('bypass');
  }

  const deeds: Deed[] = [];
  const mishaps: string[] = [];
  /** What each person has said yes to last: what a question about a push is about. */
  const lastYes = new Map<string, readonly string[]>();
  /** The newest message that each person has acted on, by its time: nobody goes back to an older one. */
  const reached = new Map<string, number>();
  const busy = new Set<string>();
  let isClosed = false;

  async function doIt(deed: Omit<Deed, 'acknowledgedAt'>, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      deeds.push({ ...deed, acknowledgedAt: Date.now() });
    } catch {
      deeds.push(deed); // an error on their screen: they try again while the buttons are there
    }
  }

  async function press(login: string, message: SlackMessage, label: string, reason?: string): Promise<void> {
    const pressed = slack.person(login).presses(message, label);
    if (reason === undefined) return pressed.acknowledged;
    const [dialog] = await Promise.all([pressed.dialog, pressed.acknowledged]);
    await dialog.submits(reason);
  }

  async function answer(login: string, message: SlackMessage, alert: PlannedAlert): Promise<void> {
    const marks = marksOf(message.text);
    const about = { login, marks };
    if (alert.act === 'says nothing') return;
    if (alert.act === 'says no') {
      await doIt({ ...about, what: 'no', typed: false }, () => press(login, message, NO));
    } else if (alert.act === 'is not sure') {
      await doIt({ ...about, what: 'unsure', typed: false }, () => press(login, message, UNSURE, alert.mark));
    } else {
      lastYes.set(login, marks);
      const typed = alert.act === 'proves by typing';
      const reason = `it's mine: ${alert.mark}`;
      await doIt({ ...about, what: 'yes', typed }, () =>
        typed ? slack.person(login).types(`yes, ${reason}`).acknowledged : press(login, message, YES, reason),
      );
    }
  }

  async function permit(login: string, message: SlackMessage): Promise<void> {
    const marks = lastYes.get(login) ?? [];
    const alert = planned.get(marks[0] ?? '');
    const refuses = alert?.act === 'refuses the push';
    await doIt({ login, marks, what: refuses ? 'refuses' : 'permits', typed: false }, () =>
      press(login, message, refuses ? NO : PERMIT),
    );
  }

  async function read(login: string, id: string): Promise<void> {
    await sleep(random() * 1_500);
    while (!isClosed) {
      // Only the newest question is the open one: an older one has been answered, and its buttons are still to go.
      const message = slack
        .person(login)
        .reads()
        .findLast(({ buttons }) => buttons.length > 0);
      if (message?.id !== id || Number(id) < (reached.get(login) ?? 0)) return;
      reached.set(login, Number(id));
      if (message.buttons.includes(PERMIT)) await permit(login, message);
      else {
        const alert = planned.get(marksOf(message.text)[0] ?? '');
        if (!alert) throw new Error(`${login} reads a question about nothing they know: ${message.text}`);
        if (alert.act === 'says nothing') return;
        await answer(login, message, alert);
      }
      await sleep(RETRY_MS);
    }
  }

  async function answerPhone(login: string, prompt: DuoPrompt): Promise<void> {
    await sleep(random() * 1_000);
    const user = duo.user(login);
    const act = planned.get(marksOf(prompt.info.map(({ text }) => text).join('\n'))[0] ?? '')?.act;
    if (act === 'denies the push') await user.denies();
    else if (act === 'reports fraud') await user.reportsFraud();
    else if (act === 'lets pushes expire') await user.letsExpire();
    else await user.approves();
  }

  /** Once at a time for each key; a failure is a mishap, and ends nothing. */
  function once(key: string, act: () => Promise<void>): void {
    if (busy.has(key)) return;
    busy.add(key);
    act()
      .catch((error: unknown) => void (isClosed || mishaps.push(String(error))))
      .finally(() => busy.delete(key));
  }

  let [slackSeen, duoSeen] = [0, 0];
  const dirty = new Set<string>();
  const ringing = new Set<string>();
  const timer = setInterval(() => {
    for (; slackSeen < slack.calls.length; slackSeen += 1) {
      const channel = slack.calls[slackSeen]?.arguments.channel;
      const login = typeof channel === 'string' ? loginOf.get(channel) : undefined;
      if (login) dirty.add(login);
    }
    for (; duoSeen < duo.calls.length; duoSeen += 1) {
      const call = duo.calls[duoSeen];
      if (call?.path === '/auth/v2/auth' && call.parameters.username) ringing.add(call.parameters.username);
    }
    for (const login of dirty) {
      for (const { id, buttons } of slack.person(login).reads())
        if (buttons.length > 0) once(`${login} ${id}`, () => read(login, id));
    }
    dirty.clear();
    for (const login of ringing) {
      const open = duo
        .user(login)
        .prompts()
        .find(({ state }) => state === 'open');
      if (open) once(`${login} phone`, () => answerPhone(login, open));
      else if (!busy.has(`${login} phone`)) ringing.delete(login);
    }
  }, TICK_MS);

  return {
    slack,
    duo,
    deeds,
    mishaps,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await Promise.all([slack.close(), duo.close()]);
    },
  };
}
