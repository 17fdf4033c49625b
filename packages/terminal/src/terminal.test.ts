import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDesk } from './fixtures/desk.js';
import { createTerminal } from './terminal.js';

const ready = { idle: async () => {} };

/** A promise to be settled from outside. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('a terminal with piped input', () => {
  it('shows each line, hands it on, and reads the next only when the bot is idle', async () => {
    const { terminal, input, shown } = createDesk();
    const story: string[] = [];
    terminal.listen(async (line) => {
      await turns();
      story.push(line);
    });
    input.end('hi\n\n   \nyes\n');
    await terminal.run({
      idle: async () => {
        await turns();
        story.push('idle');
      },
    });
    expect(story).toEqual(['idle', 'hi', 'idle', 'yes', 'idle']);
    expect(shown()).toBe('ann: hi\nann: yes\n');
  });

  it('is not done before the bot is idle after the last line', async () => {
    const { terminal, input } = createDesk();
    const { open, opened } = gate();
    let done = false;
    terminal.listen(async () => {});
    input.end('hi');
    const ended = terminal.run({ idle: () => opened }).then(() => {
      done = true;
    });
    await turns();
    expect(done).toBe(false);
    open();
    await ended;
  });

  it('tells of a line that was not taken, and of a bot that could not finish, and goes on', async () => {
    const { terminal, input, shown } = createDesk();
    terminal.listen(async (line) => {
      if (line === 'one') throw new Error('the database is away\u001b[2J');
      if (line === 'two') throw 'nothing one could show';
      await terminal.show('securitybot:', 'three it is');
    });
    let calls = 0;
    input.end('one\ntwo\nthree\n');
    await terminal.run({
      idle: async () => {
        calls += 1;
        if (calls === 1) throw new Error('it is stuck');
      },
    });
    expect(shown()).toBe(
      [
        'terminal: the bot could not finish: it is stuck',
        'ann: one',
        'terminal: this line was not taken, please type it again: the database is away[2J',
        'ann: two',
        'terminal: this line was not taken, please type it again: for no reason given',
        'ann: three',
        'securitybot: three it is',
        '',
      ].join('\n'),
    );
  });

  it('treats an input that fails as one that ends', async () => {
    const { terminal, input, shown } = createDesk();
    terminal.listen(async () => {});
    const ended = terminal.run(ready);
    input.destroy(new Error('EIO'));
    await ended;
    expect(shown()).toBe('terminal: reading ends here: EIO\n');
  });

  it('does not mind an input that fails when nobody reads any more', async () => {
    const { terminal, input, shown } = createDesk();
    terminal.listen(async () => {});
    const ended = terminal.run(ready);
    await terminal.close();
    await ended;
    const closed = new Promise<void>((resolve) => input.once('close', resolve));
    input.destroy(new Error('EIO'));
    await closed;
    expect(shown()).toBe('');
  });

  it('asks whoever intercepts first', async () => {
    const { terminal, input } = createDesk();
    const heard: string[] = [];
    terminal.listen(async (line) => void heard.push(line));
    terminal.intercept(async (line) => line === 'mine');
    input.end('mine\nyours\n');
    await terminal.run(ready);
    expect(heard).toEqual(['yours']);
  });

  it('reads once, however often it is run', async () => {
    const { terminal, input, shown } = createDesk();
    terminal.listen(async () => {});
    input.end('hi\n');
    await Promise.all([terminal.run(ready), terminal.run(ready)]);
    expect(shown()).toBe('ann: hi\n');
  });

  it('says what to do when nobody listens, nobody sits there, or it was closed', async () => {
    const { terminal } = createDesk();
    await expect(terminal.run(ready)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('start the bot before'),
    });
    expect(() => createTerminal({ user: ' \u202e ' })).toThrow(
      expect.objectContaining({ code: 'BAD_CREDENTIALS', message: expect.stringContaining('"user"') }),
    );
    await terminal.close();
    expect(() => terminal.listen(async () => {})).toThrow(
      expect.objectContaining({ code: 'REJECTED', message: expect.stringContaining('create another') }),
    );
    await terminal.run(ready);
  });
});

describe('closing a terminal', () => {
  it('waits for the line under way, hands on no other, and lets go of the input', async () => {
    const { terminal, input, shown } = createDesk();
    const { open, opened } = gate();
    const heard: string[] = [];
    terminal.listen(async (line) => {
      heard.push(line);
      await opened;
      await terminal.show('securitybot:', 'the last word');
    });
    input.write('one\ntwo\n');
    const ended = terminal.run(ready);
    while (heard.length === 0) await turns(1);
    let closed = false;
    const closing = terminal.close().then(() => {
      closed = true;
    });
    await turns();
    expect(closed).toBe(false);
    open();
    await Promise.all([closing, ended, terminal.close()]);
    expect(heard).toEqual(['one']);
    expect(shown()).toBe('ann: one\nsecuritybot: the last word\n');
    expect(input.isPaused()).toBe(true);
  });

  it('does not wait for a bot that is never idle', async () => {
    const { terminal, input, shown } = createDesk();
    terminal.listen(async () => {});
    input.write('hi\n');
    let looked = 0;
    const ended = terminal.run({
      idle: () => {
        looked += 1;
        return new Promise(() => {});
      },
    });
    while (looked === 0) await turns(1);
    await terminal.close();
    await ended;
    expect(shown()).toBe('');
  });
});

describe('a terminal whose output is gone', () => {
  const broken = () =>
    new Writable({
      autoDestroy: false, // as process.stdout: it never closes
      write: (_chunk, _encoding, done) => done(new Error('EPIPE')),
    });

  it('says so to whoever shows something, and that nothing was shown', async () => {
    const { terminal } = createDesk({ output: broken() });
    for (const text of ['at first', 'and ever after']) {
      await expect(terminal.show('securitybot:', text)).rejects.toMatchObject({
        name: 'PluginError',
        code: 'UNAVAILABLE',
        notSent: true,
        message: expect.stringContaining('the output is gone'),
      });
    }
  });

  it('ends the reading, also while the bot works on what it cannot say', async () => {
    const { terminal, input } = createDesk({ output: broken() });
    terminal.listen(async () => {});
    input.write('hi\nthere\n');
    let looked = 0;
    await terminal.run({ idle: () => (looked++ === 0 ? Promise.resolve() : new Promise(() => {})) });
  });

  it('ends the reading when it is closed without an error', async () => {
    const { terminal, output } = createDesk();
    terminal.listen(async () => {});
    const ended = terminal.run(ready);
    output.destroy();
    await once(output, 'close');
    await ended;
  });
});
