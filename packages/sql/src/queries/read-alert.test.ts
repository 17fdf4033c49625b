import type { Task } from '@securitybot/core';
import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { readAlert } from './read-alert.js';

const id = 'ab'.repeat(32);
const hash = Buffer.from(id, 'hex');
const row = {
  hash,
  ldap: 'Ann',
  title: 'sudo',
  description: 'ran sudo',
  reason: 'line 1\nline 2',
  url: 'https://example.com',
  event_time: '2016-05-04 03:02:01',
};

await forEachEngine(({ open }) => {
  test('an alert nobody knows is undefined', async () => {
    expect(await readAlert(await open(), id)).toBeUndefined();
  });

  test('half an alert', async () => {
    const database = await open();
    await database.db.insertInto('alerts').values(row).execute();
    expect(await readAlert(database, id)).toEqual({
      alert: {
        id,
        username: 'Ann',
        title: 'sudo',
        description: 'ran sudo',
        reason: 'line 1\nline 2',
        url: 'https://example.com',
        eventTime: Date.UTC(2016, 4, 4, 3, 2, 1),
      },
      severity: null,
      status: null,
      response: null,
    });
  });

  test('a whole alert with its task', async () => {
    const database = await open();
    const { db } = database;
    const task: Task = {
      alert: { id, username: 'ann', title: 'sudo', description: '', reason: '', url: '', eventTime: 1, seenAt: 2 },
      severity: 'high',
      state: 'waiting',
      deadline: 3,
      pushes: 0,
      history: [{ at: 2, what: 'seen' }],
      addedIn: 1,
      changedIn: 1,
    };
    await db.insertInto('alerts').values(row).execute();
    await db
      .insertInto('user_responses')
      .values({ hash, comment: 'yes it was me', performed: true, authenticated: false })
      .execute();
    await db.insertInto('alert_status').values({ hash, status: 2 }).execute();
    await db
      .insertInto('sb_tasks')
      .values({ hash, severity: 'high', data: JSON.stringify(task) })
      .execute();
    expect(await readAlert(database, id)).toMatchObject({
      severity: 'high',
      status: 2,
      response: { comment: 'yes it was me', performed: true, authenticated: false },
      task,
    });
  });

  test('an alert that was rejected says why', async () => {
    const database = await open();
    const { db } = database;
    await db.insertInto('alerts').values({ hash, ldap: '', title: '' }).execute();
    await db.insertInto('sb_rejects').values({ hash, reason: 'its ldap is empty', at: 1 }).execute();
    const story = await readAlert(database, id);
    expect(story).toMatchObject({ alert: { username: '', description: '' }, rejected: 'its ldap is empty' });
    expect(story?.alert.eventTime).toBeNaN();
  });

  test('a task that cannot be read, and an id that is none, are said', async () => {
    const database = await open();
    await database.db.insertInto('alerts').values(row).execute();
    await database.db.insertInto('sb_tasks').values({ hash, data: '{"alert":' }).execute();
    await expect(readAlert(database, id)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining(id),
    });
    await expect(readAlert(database, 'x')).rejects.toMatchObject({ code: 'REJECTED' });
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(readAlert(database, id)).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: true });
  });
});
