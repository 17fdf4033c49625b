import type { ReactNode } from 'react';
import { COLUMNS, type useColumns } from './columns.tsx';

const LABELS = new Map(
  COLUMNS.map((column) => [String('accessorKey' in column ? column.accessorKey : column.id), String(column.header)]),
);

/** Hides, shows and moves columns, by mouse and by keyboard. */
export function ColumnMenu({ columns }: { readonly columns: ReturnType<typeof useColumns> }): ReactNode {
  const { choice, toggle, move, reset } = columns;
  return (
    <details className="menu">
      <summary>Columns</summary>
      <div className="panel">
        <ul>
          {choice.order.map((name, i) => {
            const label = LABELS.get(name) ?? name;
            return (
              <li key={name}>
                <label>
                  <input type="checkbox" checked={!choice.hidden.includes(name)} onChange={() => toggle(name)} />{' '}
                  {label}
                </label>
                <button
                  type="button"
                  aria-label={`${label} to the left`}
                  disabled={i === 0}
                  onClick={() => move(name, -1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  aria-label={`${label} to the right`}
                  disabled={i === choice.order.length - 1}
                  onClick={() => move(name, 1)}
                >
                  ↓
                </button>
              </li>
            );
          })}
        </ul>
        <button type="button" onClick={reset}>
          As usual
        </button>
      </div>
    </details>
  );
}
