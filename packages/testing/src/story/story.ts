import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Alert, type Conversation, parseDuration, type Verdict } from '@securitybot/core';
import type { Cast, Ending, StoryBot, StoryPerson, StoryPhone } from './cast.js';
import { type CreateStage, createMemoryStage, type MemoryStage, type Stage } from './stage.js';
import { createWorld, like, nextMessage, nothingMore, type StoryOptions, type World } from './world.js';

function personOf<S extends Stage>(world: World<S>, login: string): StoryPerson {
  const { stage, transcript } = world;
  const { chat } = stage;
  const user = stage.userOf(login);
  /** Waits for the acknowledgement, which does not come from a bot that is dead or cannot reach its store. */
  const taken = () =>
    world.patiently(async () => {
      const isTaken = ((await chat.unacknowledged?.()) ?? 0) === 0;
      return isTaken || world.process().isDead() ? true : undefined;
    });
  return {
    login,
    async says(text) {
      transcript.add(`${login} types: ${text}`);
      await chat.say(user, text);
      await taken();
    },
    async presses(label, reason) {
      assert.ok(chat.press, 'nobody can press buttons on this stage: its chat harness has no press');
      await world.settle();
      const message = transcript.inbox(login).messages.findLast(({ choices }) => choices.includes(label));
      assert.ok(message, `${login} sees no button "${label}"`);
      transcript.add(`${login} presses: [${label}]${reason === undefined ? '' : ` ${reason}`}`);
      await chat.press(user, message.id, label, reason);
      await taken();
    },
    async opensHome(expected) {
      assert.ok(chat.open && chat.home, 'nobody can open a home page on this stage: its harness has no open or home');
      transcript.add(`${login} opens the home page`);
      await chat.open(user);
      await taken();
      const page = await world.eventually(`${login} has no home page`, () => chat.home?.(user));
      transcript.add(`home page of ${login}: ${page.text}`);
      assert.ok(like(expected, page.text), `the home page of ${login} is not like ${expected}`);
    },
  };
}

function botOf<S extends Stage>(world: World<S>): StoryBot {
  const { transcript } = world;
  const isQuestion = (text: string, choices: readonly string[]) => text.includes('?') || choices.length > 0;
  return {
    asks: (login, expected) =>
      nextMessage(world, transcript.inbox(login), expected, { what: 'a question', accept: isQuestion }),
    tells: (login, expected) => nextMessage(world, transcript.inbox(login), expected, { what: 'a message' }),
    tellsNothing: (login) => nothingMore(world, transcript.inbox(login)),
    shows(login, expected) {
      const { messages } = transcript.inbox(login);
      return world.eventually(`no message to ${login} is like ${expected}`, () => {
        return messages.find(({ text }) => like(expected, text))?.text;
      });
    },
    idle: world.settle,
    async restarts() {
      transcript.add('the bot is restarted');
      await world.process().bot.stop();
      await world.startAnew();
    },
    async dies() {
      await world.settle();
      world.process().kill();
      transcript.add('the bot is killed');
    },
    diesAt(call, when) {
      world.process().killAt(call, when);
      transcript.add(
        `the bot will be killed ${when} ${typeof call === 'number' ? `${call} calls` : `its next ${call}`}`,
      );
    },
    isDead: () => world.process().isDead(),
    async starts() {
      await world.settle();
      assert.ok(world.process().isDead(), 'the bot is running still: it has not made the call at which it was to die');
      transcript.add('a new process starts');
      await world.startAnew();
    },
  };
}

function phoneOf<S extends Stage>(world: World<S>): StoryPhone {
  const { stage, transcript } = world;
  const answered = new Map<string, number>();
  const answer =
    (what: string, act: ((subject: string) => void | Promise<void>) | undefined) => async (login: string) => {
      assert.ok(act, `nobody can do this on this stage: its auth harness cannot play "${what}"`);
      const before = answered.get(login) ?? 0;
      let refusal: unknown = 'none has come that is not answered';
      const isAnswered = await world.patiently(async () => {
        if ((await stage.auth.prompts(login)).length <= before) return undefined;
        try {
          await act(login);
          return true;
        } catch (error) {
          refusal = error; // of a prompt that ran out: another may come
          return undefined;
        }
      });
      assert.ok(isAnswered, `${login} has no push to answer with "${what}": ${refusal}`);
      answered.set(login, before + 1);
      transcript.add(`phone of ${login}: ${what}`);
      await world.settle();
    };
  return {
    approves: answer('approved', stage.auth.approve),
    denies: answer('denied', stage.auth.deny),
    reportsFraud: answer('fraud', stage.auth.fraud),
    ignores: answer('runs out', stage.auth.expire),
    async rang(login, times) {
      await world.settle();
      assert.equal((await stage.auth.prompts(login)).length, times, `pushes that came to ${login}`);
    },
  };
}

function endingOf(verdict: Verdict | undefined): Ending {
  if (!verdict) return 'open';
  return verdict.kind === 'escalated' ? verdict.cause : verdict.kind;
}

function castOf<S extends Stage>(world: World<S>): Cast<S> {
  const { stage, clock, transcript } = world;
  const { tasker } = stage.tasker;
  const raised: Alert[] = [];

  const theAlert = (alert: string | Alert): Alert => {
    const found = typeof alert === 'string' ? raised.findLast(({ title }) => title === alert) : alert;
    assert.ok(found, `the story has raised no alert "${alert}"`);
    return found;
  };
  const conversations = async (login: string): Promise<readonly Conversation[]> => {
    // What the mass brake stops has a conversation of its own, called after the first alert of its batch.
    const stopped = raised.map(({ id }) => `flood:${id}`);
    const keys = [stage.userOf(login), `login:${login}`, ...stopped];
    return Promise.all(keys.map(async (key) => (await tasker.load(key)).conversation));
  };

  return {
    stage,
    ann: personOf(world, 'ann'),
    bob: personOf(world, 'bob'),
    person: (login) => personOf(world, login),
    bot: botOf(world),
    phone: phoneOf(world),
    note: transcript.add,

    async alert(title, { for: username, ...details }) {
      const id = createHash('sha256').update(`${title} ${username} ${raised.length}`).digest('hex');
      const made = { id, username, title, description: title, reason: '', url: '', eventTime: clock.now() };
      const alert: Alert = { ...made, ...details };
      raised.push(alert);
      transcript.add(`alert "${title}" for ${username}: ${alert.description}`);
      await tasker.add(alert);
      await world.settle();
      return alert;
    },

    security: {
      hears: (expected) => nextMessage(world, transcript.room, expected, { what: 'a report' }),
      hearsNothing: () => nothingMore(world, transcript.room),
    },

    clock: {
      now: clock.now,
      async advance(duration) {
        const ms = typeof duration === 'string' ? parseDuration(duration) : duration;
        assert.ok(ms !== undefined, `"${duration}" is no duration. Write ms, or 2h, 1h30m, 45m.`);
        await world.settle();
        await clock.advance(ms);
        transcript.add(`(${duration}${typeof duration === 'string' ? '' : ' ms'} later)`);
        await world.settle();
      },
    },

    async expectVerdict(alert, ending) {
      const { id, username, title } = theAlert(alert);
      await world.settle();
      const tasks = (await conversations(username)).flatMap((conversation) => conversation.tasks);
      const verdict = tasks.find((task) => task.alert.id === id)?.verdict;
      assert.equal(endingOf(verdict), ending, `the end of "${title}" for ${username}`);
    },

    async expectRecord(alert, expected) {
      assert.ok(stage.tasker.record, 'nobody can read the rows on this stage: its tasker harness has no record');
      await world.settle();
      const record = { ...(await stage.tasker.record(theAlert(alert).id)) };
      assert.deepEqual({ ...record, ...expected }, record, `the rows of "${theAlert(alert).title}"`);
    },
  };
}

/**
 * Plays a story: a bot on a stage, people and detectors who act, and what they must see. Fails where the bot does
 * otherwise, with the transcript so far. In memory and on a simulated clock unless the option `stage` says otherwise.
 */
export function story(
  tell: (cast: Cast<MemoryStage>) => Promise<void>,
  options?: StoryOptions<MemoryStage>,
): Promise<void>;
export function story<S extends Stage>(
  tell: (cast: Cast<S>) => Promise<void>,
  options: StoryOptions<S> & { readonly stage: CreateStage<S> },
): Promise<void>;
export async function story(tell: (cast: never) => Promise<void>, options: StoryOptions<Stage> = {}): Promise<void> {
  const world = await createWorld<Stage>(options.stage ?? createMemoryStage, options);
  try {
    await tell(castOf(world) as never);
  } catch (error) {
    await world.transcript.look().catch(() => {}); // what failed is told already
    if (error instanceof Error) error.message += `\n\nThe story so far:\n${world.transcript.text()}`;
    throw error;
  } finally {
    await world.close();
  }
}
