import type { ReactNode } from 'react';
import { showNumber } from '../format.ts';

const KINDS = ['confirmed', 'escalated', 'muted', 'open'] as const;
type Kind = (typeof KINDS)[number];
export type Counts = Readonly<Record<Kind, number>>;

const LABELS: Readonly<Record<Kind, string>> = {
  confirmed: 'confirmed',
  escalated: 'with the security team',
  muted: 'muted',
  open: 'open',
};

/** Of the chart's own units, which are stretched to the place that it has. */
const WIDTH = 100;
const HEIGHT = 100;
const MOST_LABELS = 10;

export function Legend(): ReactNode {
  return (
    <ul className="legend">
      {KINDS.map((kind) => (
        <li key={kind}>
          <span className={`swatch ${kind}`} /> {LABELS[kind]}
        </li>
      ))}
    </ul>
  );
}

const inWords = (counts: Counts) =>
  KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${showNumber(counts[kind])} ${LABELS[kind]}`)
    .join(', ') || 'none';

/** Stacked bars, one a day. Its labels are text beside it, as large as all other text. */
export function DayChart({ days }: { readonly days: readonly (Counts & { readonly day: string })[] }): ReactNode {
  const sums = days.map((counts) => KINDS.reduce((sum, kind) => sum + counts[kind], 0));
  const most = Math.max(1, ...sums);
  const step = WIDTH / Math.max(1, days.length);
  return (
    <div className="chart">
      <span>{showNumber(most)}</span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Alerts by day and verdict"
      >
        {days.map((counts, i) => {
          let top = HEIGHT;
          return (
            <g key={counts.day}>
              <title>{`${counts.day}: ${inWords(counts)}`}</title>
              {KINDS.map((kind) => {
                const height = (counts[kind] / most) * HEIGHT;
                top -= height;
                return (
                  <rect
                    key={kind}
                    className={kind}
                    x={i * step + step * 0.1}
                    y={top}
                    width={step * 0.8}
                    height={height}
                  />
                );
              })}
            </g>
          );
        })}
      </svg>
      <div className="days" aria-hidden="true">
        {days.map(
          ({ day }, i) =>
            i % Math.ceil(days.length / MOST_LABELS) === 0 && (
              <span key={day} style={{ left: `${i === 0 ? 0 : (i + 0.5) * step}%` }}>
                {day.slice(5)}
              </span>
            ),
        )}
      </div>
    </div>
  );
}

/** A bar of parts beside its row. */
export function PartsBar({ counts, most }: { readonly counts: Counts; readonly most: number }): ReactNode {
  let left = 0;
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" className="parts" role="img" aria-label={inWords(counts)}>
      {KINDS.map((kind) => {
        const width = (counts[kind] / Math.max(1, most)) * 100;
        left += width;
        return <rect key={kind} className={kind} x={left - width} y="0" width={width} height="10" />;
      })}
    </svg>
  );
}

interface Bar {
  readonly label: string;
  readonly count: number;
}

/** Bars beside each other with their numbers: a table, so that it reads as one. */
export function BarTable({ name, bars }: { readonly name: string; readonly bars: readonly Bar[] }): ReactNode {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <table className="plain bars" aria-label={name}>
      <tbody>
        {bars.map(({ label, count }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="number">{showNumber(count)}</td>
            <td className="wide">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" className="parts" aria-hidden="true">
                <rect className="count" x="0" y="0" width={(count / most) * 100} height="10" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
