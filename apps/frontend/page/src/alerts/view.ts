import { useSearchParams } from 'wouter';

/** What the list is filtered by: the names of the API, and of the address bar. */
const FILTERS = [
  'search',
  'usernames',
  'titles',
  'status',
  'verdict',
  'cause',
  'performed',
  'authenticated',
  'after',
  'before',
] as const;
export type Filter = (typeof FILTERS)[number];

/** Of these there may be many, separated by commas on the page. */
const LISTS: readonly Filter[] = ['usernames', 'titles'];

export interface View {
  readonly filters: Readonly<Partial<Record<Filter, string>>>;
  readonly order: 'newest' | 'oldest';
  set(name: Filter | 'order', value: string): void;
  clear(): void;
}

/** What the list shows: it is in the address bar, so that a link shows the same. */
export function useView(): View {
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = LISTS.includes(name) ? params.getAll(name).join(', ') : params.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  return {
    filters,
    order: params.get('order') === 'oldest' ? 'oldest' : 'newest',
    set(name, value) {
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous);
          next.delete(name);
          const isList = LISTS.some((each) => each === name);
          const values = isList ? value.split(',').map((each) => each.trim()) : [value];
          for (const each of values) if (each !== '') next.append(name, each);
          return next;
        },
        { replace: true },
      );
    },
    clear: () => setParams({}, { replace: true }),
  };
}

/** The query of the API for what the list shows. */
export function queryOf({ filters, order }: Pick<View, 'filters' | 'order'>): URLSearchParams {
  const query = new URLSearchParams({ order });
  for (const [name, value = ''] of Object.entries(filters)) {
    const isList = LISTS.some((each) => each === name);
    for (const each of isList ? value.split(',') : [value]) if (each.trim() !== '') query.append(name, each.trim());
  }
  return query;
}
