import {
  columnOrderingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
} from '@tanstack/react-table';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Alert } from '../api.ts';
import { showWord } from '../format.ts';
import { showSaid } from '../parts/said.ts';
import { Verdict } from '../parts/verdict.tsx';
import { When } from '../parts/when.tsx';

export const features = tableFeatures({ columnOrderingFeature, columnVisibilityFeature });

const { accessor, columns } = createColumnHelper<typeof features, Alert>();
const YES_NO = (value: boolean | null) => (value === null ? '–' : value ? 'yes' : 'no');

/** The columns of the list, by the API's names. */
export const COLUMNS = columns([
  accessor('event_time', { header: 'When', cell: ({ getValue }) => <When at={getValue()} /> }),
  accessor('username', { header: 'Login', cell: ({ getValue }) => getValue() }),
  accessor('title', {
    header: 'Title',
    cell: ({ getValue, row }) => <Link href={`/alerts/${row.original.id}`}>{getValue() || '(no title)'}</Link>,
  }),
  accessor('verdict', { header: 'Verdict', cell: ({ row }) => <Verdict alert={row.original} /> }),
  accessor('description', { header: 'Description', cell: ({ getValue }) => getValue() }),
  accessor('comment', { header: 'Said', cell: ({ row }) => showSaid(row.original) }),
  accessor('status', { header: 'Status', cell: ({ getValue }) => showWord(getValue()) }),
  accessor('severity', { header: 'Severity', cell: ({ getValue }) => getValue() ?? '–' }),
  accessor('performed', { header: 'Says it was them', cell: ({ getValue }) => YES_NO(getValue()) }),
  accessor('authenticated', { header: 'Proved it', cell: ({ getValue }) => YES_NO(getValue()) }),
  accessor('reason', { header: 'Evidence', cell: ({ getValue }) => getValue() }),
  accessor('url', { header: 'Link', cell: ({ getValue }) => getValue() }),
  accessor('closed_at', { header: 'Closed', cell: ({ getValue }) => <When at={getValue()} /> }),
  accessor('id', { header: 'Id', cell: ({ getValue }) => <code>{getValue().slice(0, 12)}</code> }),
]);

export interface ColumnChoice {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
}

const KEY = 'securitybot-columns';
const ALL = COLUMNS.map((column) => String('accessorKey' in column ? column.accessorKey : column.id));
const USUAL: ColumnChoice = {
  order: ALL,
  hidden: ['severity', 'performed', 'authenticated', 'reason', 'url', 'closed_at', 'id'],
};

/** Names of columns only, each once; what is new since it was kept is added at the end. */
function tidy({ order, hidden }: ColumnChoice): ColumnChoice {
  const known = (names: readonly unknown[]) => ALL.filter((name) => names.includes(name));
  const kept = [...new Set(order.filter((name) => ALL.includes(name)))];
  return { order: [...kept, ...ALL.filter((name) => !kept.includes(name))], hidden: known(hidden) };
}

function read(): ColumnChoice {
  try {
    const { order, hidden } = JSON.parse(localStorage.getItem(KEY) ?? '');
    return tidy({ order, hidden });
  } catch {
    return USUAL;
  }
}

/** Which columns are shown and in what order: kept in this browser. */
export function useColumns() {
  const [choice, setChoice] = useState(read);
  const keep = (next: ColumnChoice) => {
    const tidied = tidy(next);
    localStorage.setItem(KEY, JSON.stringify(tidied));
    setChoice(tidied);
  };
  return {
    choice,
    /** Those that are shown, in order. */
    shown: choice.order.filter((name) => !choice.hidden.includes(name)),
    toggle: (name: string) =>
      keep({
        ...choice,
        hidden: choice.hidden.includes(name) ? choice.hidden.filter((each) => each !== name) : [...choice.hidden, name],
      }),
    /** To another place, by so many. */
    move(name: string, by: -1 | 1) {
      const order = choice.order.filter((each) => each !== name);
      order.splice(Math.max(0, choice.order.indexOf(name) + by), 0, name);
      keep({ ...choice, order });
    },
    reset: () => keep(USUAL),
  };
}
