import type { ReactNode } from 'react';
import { showShortTime, showTime } from '../format.ts';

/** A time in a list: short, and whole where the pointer rests. */
export function When({ at }: { readonly at: string | null }): ReactNode {
  if (at === null) return '–';
  return (
    <time dateTime={at} title={showTime(at)}>
      {showShortTime(at)}
    </time>
  );
}
