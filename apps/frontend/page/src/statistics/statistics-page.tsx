import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { Link, useSearchParams } from 'wouter';
import { api, type Stats } from '../api.ts';
import { showDuration, showNumber, showRange, showShare } from '../format.ts';
import { Failed, Loading, Nothing } from '../parts/states.tsx';
import { BarTable, type Counts, DayChart, Legend, PartsBar } from './charts.tsx';

const SPANS: readonly [value: string, label: string][] = [
  ['-1d', 'the last day'],
  ['-7d', 'the last 7 days'],
  ['-30d', 'the last 30 days'],
  ['-365d', 'the last year'],
];

type Row = Counts & { readonly alerts: number };

interface ShareTableProps<R extends Row> {
  readonly rows: readonly R[];
  readonly name: string;
  readonly nameOf: (row: R) => string;
  readonly hrefOf: (row: R) => string;
  readonly share: string;
}

/** Titles, or people: how many alerts, and how many of those that ended were confirmed. */
function ShareTable<R extends Row>({ rows, name, nameOf, hrefOf, share }: ShareTableProps<R>): ReactNode {
  const most = Math.max(1, ...rows.map(({ alerts }) => alerts));
  return (
    <table className="plain bars">
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">Alerts</th>
          <th scope="col">{share}</th>
          <th scope="col" className="wide">
            How they ended
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={nameOf(row)}>
            <th scope="row">
              <Link href={hrefOf(row)}>{nameOf(row) || '(none)'}</Link>
            </th>
            <td className="number">{showNumber(row.alerts)}</td>
            <td className="number">{showShare(row.confirmed, row.confirmed + row.escalated)}</td>
            <td className="wide">
              <PartsBar counts={row} most={most} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Every day of the span, those without an alert, too. */
function allDays({ days, after, before }: Stats): readonly (Counts & { readonly day: string })[] {
  const known = new Map(days.map((counts) => [counts.day, counts]));
  const shown: (Counts & { readonly day: string })[] = [];
  const end = new Date(before).getTime();
  for (let at = new Date(`${after.slice(0, 10)}T00:00:00Z`).getTime(); at <= end; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    shown.push(known.get(day) ?? { day, confirmed: 0, escalated: 0, muted: 0, open: 0 });
  }
  return shown;
}

function Section({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="figure" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="lead">{about}</p>
      {children}
    </section>
  );
}

function Figures({ stats }: { readonly stats: Stats }): ReactNode {
  const { total, answers, causes, titles, people } = stats;
  const ranges = answers.within.map(({ ms, count }, i) => ({
    label: showRange(answers.within[i - 1]?.ms ?? null, ms),
    count,
  }));
  const link = (name: string, value: string) => `/?${new URLSearchParams({ [name]: value })}`;
  return (
    <>
      <ul className="totals">
        <li>
          <strong>{showNumber(total.alerts)}</strong> alerts
        </li>
        <li>
          <strong>{showNumber(total.confirmed)}</strong> confirmed
        </li>
        <li>
          <strong>{showNumber(total.escalated)}</strong> with the security team
        </li>
        <li>
          <strong>{showNumber(total.open)}</strong> open
        </li>
        <li>
          <strong>{showDuration(answers.median_ms)}</strong> to answer (half of them)
        </li>
      </ul>
      <Legend />
      <Section title="By day" about="When they were first seen, in UTC.">
        <DayChart days={allDays(stats)} />
      </Section>
      <Section
        title="Time to answer"
        about={`From the question to the answer: half within ${showDuration(answers.median_ms)}, nine of ten within ${showDuration(answers.p90_ms)}.`}
      >
        <BarTable name="Time to answer" bars={ranges} />
      </Section>
      <Section title="Titles" about="A title that is nearly always confirmed is noise: mend its detector.">
        <ShareTable
          rows={titles}
          name="Title"
          nameOf={({ title }) => title}
          hrefOf={({ title }) => link('titles', title)}
          share="Confirmed"
        />
      </Section>
      <Section title="People" about="Who is asked most. Too many questions make people say yes without reading.">
        <ShareTable
          rows={people}
          name="Login"
          nameOf={({ username }) => username}
          hrefOf={({ username }) => link('usernames', username)}
          share="Confirmed"
        />
      </Section>
      <Section title="Causes" about="Why alerts went to the security team.">
        <BarTable name="Causes" bars={causes.map(({ cause, alerts }) => ({ label: cause, count: alerts }))} />
      </Section>
    </>
  );
}

export function StatisticsPage(): ReactNode {
  const [params, setParams] = useSearchParams();
  const after = params.get('after') ?? '-30d';
  const { data, error, refetch } = useQuery({ queryKey: ['stats', after], queryFn: () => api.stats(after) });
  return (
    <>
      <h1>Statistics</h1>
      <label>
        Of{' '}
        <select value={after} onChange={({ target }) => setParams({ after: target.value }, { replace: true })}>
          {SPANS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {error && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading what="the figures" />}
      {data && data.total.alerts === 0 && <Nothing>No alert was first seen then.</Nothing>}
      {data && data.total.alerts > 0 && <Figures stats={data} />}
    </>
  );
}
