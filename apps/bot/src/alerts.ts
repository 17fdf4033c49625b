import { type Alert, cleanLine, cleanText, formatDuration, type HistoryEntry, type Task } from '@securitybot/core';
import { type AlertStory, findAlertIds, readAlert } from '@securitybot/sql';
import { ringBells } from './bell.js';
import { withDatabase } from './database.js';
import { createRaiser } from './record.js';

/** Raises an alert, and wakes the bots of this machine. @returns its id, and whether it was new. */
export async function createAlert(databaseUrl: string, alert: Alert): Promise<{ id: string; isNew: boolean }> {
  return withDatabase(databaseUrl, async (database) => {
    const isNew = await createRaiser(database).add(alert);
    if (isNew) await ringBells();
    return { id: alert.id, isNew };
  });
}

const TOLD: Readonly<Record<HistoryEntry['what'], string>> = {
  seen: 'seen',
  asked: 'asked the person',
  answered: 'the person answered',
  readiness: 'second factor',
  'permission-asked': 'asked whether to send a push',
  permitted: 'the person permitted the push',
  pushed: 'sent a push',
  'push-unsure': 'cannot tell whether the push went out',
  'push-settled': 'the push settled',
  confirmed: 'confirmed',
  escalated: 'escalated to the security team',
  muted: 'muted',
};

function verdictOf({ verdict, state }: Task): string {
  if (!verdict) return `none yet (${state})`;
  if (verdict.kind === 'confirmed') return `confirmed, proof: ${verdict.proof}`;
  return verdict.kind === 'escalated' ? `escalated, cause: ${verdict.cause}` : `muted: ${verdict.reason}`;
}

function storyLines(task: Task): string[] {
  const start = task.alert.seenAt;
  return task.history.map(({ at, what, detail }) => {
    const note = detail === undefined || what === 'pushed' ? '' : `: ${cleanLine(detail, 200)}`;
    return `  ${new Date(at).toISOString()}  ${TOLD[what]}${note}${at > start ? `  (after ${formatDuration(at - start)})` : ''}`;
  });
}

const STATUS = ['open, not yet assigned', 'in progress', 'done, or with the security team'];

/** The story of an alert so far, for a terminal: no character of an alert is obeyed by it. */
export function alertStory({ alert, severity, status, response, task, rejected }: AlertStory): string {
  const field = (name: string, value: string) => (value === '' ? [] : [`${name.padEnd(12)}${value}`]);
  const text = (value: string) => cleanText(value, 4000).replaceAll('\n', `\n${' '.repeat(12)}`);
  return [
    ...field('alert', alert.id),
    ...field('login', cleanLine(alert.username, 255)),
    ...field('title', cleanLine(alert.title, 255)),
    ...field('description', text(alert.description)),
    ...field('reason', text(alert.reason)),
    ...field('url', cleanLine(alert.url, 511)),
    ...field('event', Number.isNaN(alert.eventTime) ? 'unreadable time' : new Date(alert.eventTime).toISOString()),
    ...field('severity', cleanLine(severity ?? '', 16)),
    ...(task === undefined || task.severity === severity ? [] : field('treated as', task.severity)),
    ...field(
      'status',
      status === null ? 'half an alert: its alert_status is missing' : `${status} (${STATUS[status] ?? 'unknown'})`,
    ),
    ...(response === null ? field('response', 'half an alert: its user_responses is missing') : []),
    ...field('rejected', cleanLine(rejected ?? '', 400)),
    ...(task === undefined ? [] : field('verdict', cleanLine(verdictOf(task), 400))),
    ...field('said', task?.answer?.said ?? ''),
    ...field('comment', text(task?.answer?.explanation || (response?.comment ?? ''))),
    ...(response && status === 2 ? field('performed', response.performed ? 'yes' : 'no') : []),
    ...(response && status === 2 ? field('proven', response.authenticated ? 'yes' : 'no') : []),
    ...(task === undefined ? [] : ['story', ...storyLines(task)]),
  ].join('\n');
}

/** The story of the alert of that id, or of the only one whose id begins so; undefined where there is none. */
export function showAlert(databaseUrl: string, id: string): Promise<string | undefined> {
  const prefix = id.trim().toLowerCase().replace(/…$/, ''); // as a narrow table cuts it
  return withDatabase(databaseUrl, async (database) => {
    const [found, another] = await findAlertIds(database, prefix, 2);
    if (found === undefined) return undefined;
    if (another !== undefined) throw new Error(`several alerts have an id that begins with ${prefix}: type more of it`);
    const story = await readAlert(database, found);
    return story && alertStory(story);
  });
}
