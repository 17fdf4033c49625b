import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { type AlertPage, api } from '../api.ts';
import { showNumber, ZONE } from '../format.ts';
import { Failed, Loading, Nothing } from '../parts/states.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { useColumns } from './columns.tsx';
import { Filters, filterErrors } from './filters.tsx';
import { useLive } from './live.ts';
import { AlertTable } from './table.tsx';
import { queryOf, useView } from './view.ts';

/** Alerts a page of the API. */
const PAGE = '200';
/** Of an export. */
const MOST = '1000000';

/** What is exported is what is shown: these filters, these columns, in this order. */
function Export({
  query,
  columns,
}: {
  readonly query: URLSearchParams;
  readonly columns: readonly string[];
}): ReactNode {
  const href = (format: string) => {
    const all = new URLSearchParams(query);
    all.set('limit', MOST);
    all.set('format', format);
    all.set('columns', columns.join(','));
    return `/api/alerts?${all}`;
  };
  return (
    <span className="export">
      Export:{' '}
      <a href={href('csv')} download="alerts.csv">
        CSV
      </a>{' '}
      <a href={href('ndjson')} download="alerts.ndjson">
        NDJSON
      </a>
    </span>
  );
}

export function AlertsPage(): ReactNode {
  const view = useView();
  const columns = useColumns();
  const queries = useQueryClient();
  const [arrived, setArrived] = useState(0);
  const [isBehind, setBehind] = useState(false); // more may have arrived than was told
  const query = queryOf(view);
  const search = query.toString();
  const key = useMemo(() => ['alerts', search], [search]);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => {
      const page = new URLSearchParams(search);
      page.set('limit', PAGE);
      if (pageParam !== '') page.set('cursor', pageParam);
      return api.alerts(page.toString());
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

  const showNew = useCallback(() => {
    setArrived(0);
    setBehind(false);
    queries.setQueryData<InfiniteData<AlertPage>>(key, (old) =>
      old ? { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) } : old,
    );
    void queries.invalidateQueries({ queryKey: key });
  }, [queries, key]);

  useLive((changed) => {
    const pages = data?.pages ?? [];
    const isShown = changed !== undefined && pages.some(({ alerts }) => alerts.some(({ id }) => id === changed.id));
    if (changed && isShown) {
      queries.setQueryData<InfiniteData<AlertPage>>(key, (old) =>
        old
          ? {
              ...old,
              pages: old.pages.map((page) => ({
                ...page,
                alerts: page.alerts.map((alert) => (alert.id === changed.id ? changed : alert)),
              })),
            }
          : old,
      );
    } else if (pages.length <= 1) showNew();
    // Whoever reads on is not thrown back.
    else if (changed) setArrived((count) => count + 1);
    else setBehind(true);
  });

  const alerts = useMemo(() => data?.pages.flatMap((page) => page.alerts) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  return (
    <>
      <h1 className="quiet">Alerts</h1>
      <Filters view={view} error={error} />
      <div className="bar">
        <span role="status">
          {data &&
            `${showNumber(alerts.length)}${hasNextPage ? ' and more' : ''} ${alerts.length === 1 ? 'alert' : 'alerts'}`}
        </span>
        {data && <span className="hint">times in {ZONE}</span>}
        {(arrived > 0 || isBehind) && (
          <button type="button" className="main" onClick={showNew}>
            {isBehind ? 'Show what is new' : `${showNumber(arrived)} new: show`}
          </button>
        )}
        <span className="space" />
        <Export query={query} columns={columns.shown} />
        <ColumnMenu columns={columns} />
      </div>
      {error && Object.keys(filterErrors(error)).length === 0 && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading what="alerts" />}
      {data && alerts.length === 0 && !hasNextPage && (
        <Nothing>
          {Object.keys(view.filters).length > 0
            ? 'No alert is like that. Change the filters, or clear them.'
            : 'There are no alerts yet. A detector writes them to the database; "Raise an alert" makes one.'}
        </Nothing>
      )}
      {(alerts.length > 0 || hasNextPage) && (
        <AlertTable
          alerts={alerts}
          choice={columns.choice}
          order={view.order}
          setOrder={(order) => view.set('order', order)}
          more={more}
        />
      )}
    </>
  );
}
