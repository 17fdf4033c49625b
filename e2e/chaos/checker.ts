import type { Task } from '@securitybot/core';
import { hashToHex, type SqlDatabase } from '@securitybot/sql';
import { MARKS, type Plan, type PlannedAlert } from './plan.ts';
import { DOMAIN, ROOM, type World } from './world.ts';

/** What the database and both servers say of a run. */
export interface Findings {
  /** Each is a promise that was broken. */
  readonly problems: readonly string[];
  /** Verdicts and causes, counted. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Questions and reports that were sent, and how many of them had been sent before. */
  readonly messages: number;
  readonly repeated: number;
}

interface Row {
  readonly status: number;
  readonly performed: number | null;
  readonly authenticated: number | null;
  readonly task: Task | undefined;
}

async function readRows({ db }: SqlDatabase): Promise<ReadonlyMap<string, Row>> {
  const rows = await db
    .selectFrom('alert_status')
    .innerJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
    .leftJoin('sb_tasks', 'sb_tasks.hash', 'alert_status.hash')
    .select(['alert_status.hash', 'status', 'performed', 'authenticated', 'data'])
    .execute();
  return new Map(
    rows.map(({ hash, data, ...row }) => [hashToHex(hash), { ...row, task: data ? JSON.parse(data) : undefined }]),
  );
}

const marksOf = (text: string): string[] => [...new Set(text.match(MARKS) ?? [])];

/** Exactly one verdict an alert, the one that its person's acts call for; written where detectors read it. */
function checkVerdict(alert: PlannedAlert, row: Row | undefined, world: World): string[] {
  const about = `${alert.mark} of ${alert.login} (${alert.act})`;
  const task = row?.task;
  if (!row || !task) return [`${about} is lost: nobody has taken it.`];
  const { verdict, history } = task;
  if (row.status !== 2 || task.state !== 'closed' || !verdict) return [`${about} is stuck in state ${task.state}.`];
  const problems: string[] = [];
  const verdicts = history.filter(({ what }) => what === 'confirmed' || what === 'escalated' || what === 'muted');
  if (verdicts.length !== 1) problems.push(`${about} has ${verdicts.length} verdicts.`);
  const ended = verdict.kind === 'escalated' ? verdict.cause : verdict.kind;
  if (ended !== alert.ends)
    problems.push(`${about} must end as ${alert.ends} and ended as ${ended}: ${JSON.stringify(history)}`);
  if (Boolean(row.authenticated) !== (ended === 'confirmed'))
    problems.push(`${about} ended as ${ended}, and authenticated is ${row.authenticated}.`);

  const approved = world.duo.callsOf('/auth/v2/auth').length > 0 && promptsOf(world, alert).some(isApproved);
  if (ended === 'confirmed' && !approved) problems.push(`${about} is confirmed without an approval of its own.`);

  // Every acknowledged answer by a button counted: the first of them is what the task says.
  const said = world.deeds
    .filter(({ marks, typed, what, acknowledgedAt }) => {
      const isAnswer = what === 'yes' || what === 'no' || what === 'unsure';
      return isAnswer && !typed && acknowledgedAt !== undefined && marks.includes(alert.mark);
    })
    .map(({ what }) => what);
  if (said.length > 0 && task.answer?.said !== said[0])
    problems.push(`${about}: "${said[0]}" was acknowledged, and the task says ${task.answer?.said ?? 'nothing'}.`);
  return problems;
}

const isApproved = ({ state }: { readonly state: string }): boolean => state === 'approved';

function promptsOf({ duo }: World, alert: PlannedAlert) {
  try {
    return duo
      .user(alert.login)
      .prompts()
      .filter(({ info }) => info.some(({ text }) => text.includes(alert.mark) || text.includes(alert.title)));
  } catch {
    return []; // nobody of that name
  }
}

/**
 * How often they may have permitted a push. Whoever types yes again, as they see nothing come of the first, answers the
 * question that is open by then, which is whether a push may be sent.
 */
function permitsOf({ deeds }: World, login: string): number {
  const theirs = deeds.filter((deed) => deed.login === login);
  const permitted = theirs.filter(({ what }) => what === 'permits').length;
  const typed = theirs.filter((deed) => deed.typed && deed.what === 'yes').map(({ marks }) => marks.join());
  return permitted + typed.length - new Set(typed).size;
}

/** No push but one that its person had permitted. */
function checkPushes(plan: Plan, world: World): string[] {
  return plan.people.flatMap(({ login, kind }) => {
    if (kind === 'is unknown') return [];
    const prompts = world.duo.user(login).prompts().length;
    const permits = permitsOf(world, login);
    return prompts > permits ? [`${login} got ${prompts} pushes and permitted ${permits}.`] : [];
  });
}

/** Nobody is asked about, or shown, what is somebody else's. */
function checkReaders(plan: Plan, world: World): string[] {
  const owner = new Map(plan.alerts.map(({ mark, login }) => [mark, login]));
  return plan.people.flatMap(({ login, kind }) => {
    if (kind === 'is unknown') return [];
    const marks = world.slack
      .person(login)
      .reads()
      .flatMap(({ text }) => marksOf(text));
    return marks.filter((mark) => owner.get(mark) !== login).map((mark) => `${login} was shown ${mark}.`);
  });
}

/** Everything escalated is in the security team's room; what a long report leaves out is counted there. */
function checkReports(plan: Plan, world: World): string[] {
  const texts = world.slack
    .channel(ROOM)
    .reads()
    .map(({ text }) => text);
  const shown = new Set(texts.flatMap(marksOf));
  const more = texts.reduce((sum, text) => sum + Number(/and (\d+) more/.exec(text)?.[1] ?? 0), 0);
  const missing = plan.alerts.filter(({ mark, ends }) => ends !== 'confirmed' && !shown.has(mark));
  return missing.length > more ? missing.map(({ mark, ends }) => `${mark} ended as ${ends}, unreported.`) : [];
}

/** How many questions and reports there are, and how many of them say what one before them said. */
function countRepeated(plan: Plan, world: World): { readonly messages: number; readonly repeated: number } {
  let [messages, repeated] = [0, 0];
  const rooms = plan.people
    .filter(({ kind }) => kind !== 'is unknown')
    .map(({ login }) => world.slack.person(`${login}@${DOMAIN}`).reads());
  for (const room of [...rooms, world.slack.channel(ROOM).reads()]) {
    const seen = new Set<string>();
    for (const { text } of room) {
      const marks = marksOf(text);
      messages += 1;
      if (marks.length === 0) continue; // a sentence that may rightly come again, such as whether a push may be sent
      const key = marks.join();
      if (seen.has(key)) repeated += 1;
      seen.add(key);
    }
  }
  return { messages, repeated };
}

/** Below one in a hundred, where there are hundreds: a few repetitions come with each kill. */
function checkRepeated({ messages, repeated }: { readonly messages: number; readonly repeated: number }): string[] {
  return messages >= 1000 && repeated * 100 >= messages ? [`${repeated} of ${messages} messages were repeated.`] : [];
}

/** Holds the end of a run to what was promised. */
export async function check(plan: Plan, world: World, database: SqlDatabase): Promise<Findings> {
  const rows = await readRows(database);
  const verdicts: Record<string, number> = {};
  for (const { task } of rows.values()) {
    const verdict = task?.verdict;
    const name = verdict?.kind === 'escalated' ? verdict.cause : (verdict?.kind ?? 'open');
    verdicts[name] = (verdicts[name] ?? 0) + 1;
  }
  const counted = countRepeated(plan, world);
  const problems = [
    ...plan.alerts.flatMap((alert) => checkVerdict(alert, rows.get(alert.id), world)),
    ...checkPushes(plan, world),
    ...checkReaders(plan, world),
    ...checkReports(plan, world),
    ...checkRepeated(counted),
    ...world.mishaps,
  ];
  return { problems, verdicts, ...counted };
}
