import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Alert } from '../api.ts';
import { COLUMNS, type ColumnChoice, features } from './columns.tsx';

interface AlertTableProps {
  readonly alerts: readonly Alert[];
  readonly choice: ColumnChoice;
  readonly order: 'newest' | 'oldest';
  readonly setOrder: (order: 'newest' | 'oldest') => void;
  /** Called when the end of what is there comes into view. */
  readonly more: () => void;
}

const ROW_PX = 40;
/** Rows from the end at which more is asked for. */
const AHEAD = 50;

/** Only the rows in view are in the document, so that ten thousand scroll as ten do. */
export function AlertTable({ alerts, choice, order, setOrder, more }: AlertTableProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const table = useTable({
    features,
    columns: COLUMNS,
    data: alerts as Alert[],
    getRowId: ({ id }) => id,
    state: {
      columnOrder: [...choice.order],
      columnVisibility: Object.fromEntries(choice.hidden.map((name) => [name, false])),
    },
  });
  const { rows } = table.getRowModel();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - AHEAD) more();
  }, [last, rows.length, more]);

  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = table.getVisibleLeafColumns().length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section ref={box} className="scroll" tabIndex={0} aria-label="The list of alerts">
      <table aria-rowcount={rows.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  {...(header.column.id === 'event_time'
                    ? { 'aria-sort': order === 'newest' ? ('descending' as const) : ('ascending' as const) }
                    : {})}
                >
                  {header.column.id === 'event_time' ? (
                    <button type="button" onClick={() => setOrder(order === 'newest' ? 'oldest' : 'newest')}>
                      <table.FlexRender header={header} /> {order === 'newest' ? '▼' : '▲'}
                    </button>
                  ) : (
                    <table.FlexRender header={header} />
                  )}
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 && <Gap height={above} width={width} />}
          {items.map(({ index }) => {
            const row = rows[index];
            return (
              row && (
                <tr key={row.id} aria-rowindex={index + 2} className={index % 2 === 0 ? 'even' : 'odd'}>
                  {row.getVisibleCells().map((cell) => (
                    <td key={cell.id} data-column={cell.column.id}>
                      <table.FlexRender cell={cell} />
                    </td>
                  ))}
                </tr>
              )
            );
          })}
          {below > 0 && <Gap height={below} width={width} />}
        </tbody>
      </table>
    </section>
  );
}

/** The place of rows that are not in view. */
function Gap({ height, width }: { readonly height: number; readonly width: number }): ReactNode {
  return (
    <tr>
      <td colSpan={width} className="gap" style={{ height }} />
    </tr>
  );
}
