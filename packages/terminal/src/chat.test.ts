import { describe, expect, it } from 'vitest';
import { createDesk, hear } from './fixtures/desk.js';

const message = (text: string) => ({ key: text, nodes: [{ type: 'text' as const, text }] });

describe('the terminal as a chat', () => {
  it('knows the person in front of it by id, login and e-mail, and nobody else', async () => {
    const { chat } = createDesk({ user: ' Ann ', name: 'Ann Example', timeZone: 'Europe/Berlin' });
    const user = { id: 'terminal:ann', username: 'ann', name: 'Ann Example', timeZone: 'Europe/Berlin' };
    for (const by of [{ id: 'terminal:ann' }, { username: ' ANN' }, { email: 'Ann@example.com' }]) {
      expect(await chat.findUser(by)).toEqual({ user });
    }
    const others = [
      { id: 'ann' },
      { id: 'TERMINAL:ANN' },
      { username: 'bob' },
      { username: '' },
      { username: 'ann@example.com' },
      { email: 'bob@example.com' },
      { email: 'ann' },
      { email: '@ann' },
    ];
    for (const by of others) expect(await chat.findUser(by)).toEqual({ none: 'unknown' });
  });

  it('knows no more of the person than it was told', async () => {
    const { chat } = createDesk();
    expect(await chat.findUser({ username: 'ann' })).toEqual({
      user: { id: 'terminal:ann', username: 'ann', name: 'ann' },
    });
  });

  it('delivers lines as texts of that person, verbatim, each under an id that no other run has', async () => {
    const before = Date.now();
    const events = [...(await hear(['yes,  "I\'m" sure \\o/\nhi\n'])), ...(await hear(['hi\n']))];
    expect(events.map((event) => event.type === 'text' && event.text)).toEqual(['yes,  "I\'m" sure \\o/', 'hi', 'hi']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    for (const event of events) {
      expect(event.user).toBe('terminal:ann');
      expect(event.sentAt).toBeGreaterThanOrEqual(before);
      expect(event.sentAt).toBeLessThanOrEqual(Date.now());
    }
  });

  it('shows messages to the person, and reports as lines that begin with the room', async () => {
    const { chat, shown } = createDesk();
    const first = await chat.send(
      { user: 'terminal:ann' },
      {
        key: '1',
        nodes: [
          { type: 'strong', text: 'sudo' },
          { type: 'text', text: ': on web-1' },
          { type: 'quote', text: 'ran id\nann: yes' },
          { type: 'break' },
          { type: 'link', url: 'https://example.com/1' },
        ],
        choices: [{ label: 'Yes', value: '1' }],
      },
    );
    const second = await chat.send({ room: '#security' }, message('ann: sudo (denied)\nran id'));
    expect(shown()).toBe(
      [
        'securitybot: sudo: on web-1',
        '  > ran id',
        '  > ann: yes',
        '  https://example.com/1',
        '#security: ann: sudo (denied)',
        '  ran id',
        '',
      ].join('\n'),
    );
    expect(first.id).not.toBe(second.id);
    expect(chat.edit).toBeUndefined();
    expect(chat.supports).toEqual({});
  });

  it('refuses what it can never deliver', async () => {
    const { chat, shown } = createDesk();
    for (const to of [{ user: 'terminal:bob' }, { home: 'terminal:ann' }]) {
      await expect(chat.send(to, message('hi'))).rejects.toMatchObject({
        name: 'PluginError',
        code: 'REJECTED',
        message: expect.stringContaining('terminal:ann'),
      });
    }
    expect(shown()).toBe('');
  });

  it('may be stopped twice, and before it is started', async () => {
    const { chat } = createDesk();
    await chat.stop();
    await chat.stop();
    await expect(chat.start(async () => {})).rejects.toMatchObject({ name: 'PluginError', code: 'REJECTED' });
  });
});
