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

const WIDTH = 720;
const HEIGHT = 180;
const BELOW = 18;

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

/** Stacked bars, one a day; the same is in the table below it, for whoever does not see it. */
export function DayChart({ days }: { readonly days: readonly (Counts & { readonly day: string })[] }): ReactNode {
  const sums = days.map((counts) => KINDS.reduce((sum, kind) => sum + counts[kind], 0));
  const most = Math.max(1, ...sums);
  const step = WIDTH / Math.max(1, days.length);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + BELOW}`} className="chart" role="img" aria-label="Alerts by day and verdict">
      <text x="0" y="12" className="axis">
        {showNumber(most)}
      </text>
      <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
      {days.map((counts, i) => {
        let top = HEIGHT;
        return (
          <g key={counts.day}>
            <title>{`${counts.day}: ${inWords(counts)}`}</title>
            {KINDS.map((kind) => {
              const height = (counts[kind] / most) * (HEIGHT - 20);
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
            {(days.length <= 10 || i % Math.ceil(days.length / 10) === 0) && (
              <text
                x={i === 0 ? 0 : i * step + step / 2}
                y={HEIGHT + 14}
                textAnchor={i === 0 ? 'start' : 'middle'}
                className="axis"
              >
                {counts.day.slice(5)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
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
