import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMayChange } from '../session.tsx';
import { Failed, Loading, Nothing } from './states.tsx';

interface Listing<Row> {
  /** How the query is known; what changes it makes all that begin so stale. */
  readonly queryKey: readonly [string, ...unknown[]];
  readonly read: () => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
  /** By their heads. */
  readonly columns: Readonly<Record<string, (row: Row) => ReactNode>>;
  /** What is being loaded. */
  readonly what: string;
  /** Said where there is none. */
  readonly nothing: string;
  /** What an admin can do to each. */
  readonly action: {
    readonly name: string;
    /** What follows the name, for those who do not see the row. */
    readonly about: (row: Row) => string;
    readonly run: (row: Row) => Promise<unknown>;
  };
}

/** A short list, of which an admin may end each row. */
export function ListingTable<Row>(listing: Listing<Row>): ReactNode {
  const { queryKey, read, keyOf, columns, what, nothing, action } = listing;
  const mayChange = useMayChange();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey, queryFn: read });
  const run = useMutation({
    mutationFn: action.run,
    onSuccess: () => queries.invalidateQueries({ queryKey: [queryKey[0]] }),
  });
  return (
    <>
      {error && <Failed error={error} retry={refetch} />}
      {run.error && <Failed error={run.error} />}
      {!data && !error && <Loading what={what} />}
      {data?.length === 0 && <Nothing>{nothing}</Nothing>}
      {data && data.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              {Object.keys(columns).map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              {mayChange && (
                <th scope="col">
                  <span className="quiet">{action.name}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.map((row) => (
              <tr key={keyOf(row)}>
                {Object.entries(columns).map(([head, show]) => (
                  <td key={head}>{show(row)}</td>
                ))}
                {mayChange && (
                  <td>
                    <button type="button" disabled={run.isPending} onClick={() => run.mutate(row)}>
                      {action.name}
                      <span className="quiet"> {action.about(row)}</span>
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
