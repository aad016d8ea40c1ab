import type { FeedEntry } from './feed-entry.js';

/** How many entries a page of a snapshot has at most. */
const pageEntries = 1_000;

/** One page of a snapshot. */
export interface SnapshotPage {
  /** Counted from 0. */
  readonly page: number;
  readonly last: boolean;
  readonly entries: readonly FeedEntry[];
}

/** Lays entries out on pages, as few as hold them. The last page says that it is the last: there is one even for nothing. */
export async function* pagesOf(portions: AsyncIterable<readonly FeedEntry[]>): AsyncGenerator<SnapshotPage> {
  let page = 0;
  let held: FeedEntry[] = [];
  for await (const entries of portions) {
    held.push(...entries);
    for (; held.length > pageEntries; held = held.slice(pageEntries)) {
      yield { page: page++, last: false, entries: held.slice(0, pageEntries) };
    }
  }
  yield { page, last: true, entries: held };
}
