import { listQuery } from '@waybill/contracts';
import { z } from 'zod';

/** The place after which a page of a list begins: the number of the last row of the page before. */
const cursor = z.string().transform((text, context): number => {
  const number = Buffer.from(text, 'base64url').toString();
  if (/^[1-9]\d{0,15}$/.test(number) && Number.isSafeInteger(Number(number))) return Number(number);
  context.issues.push({ code: 'custom', message: 'must be the nextCursor of an earlier page', input: text });
  return z.NEVER;
});

/** The query of a list that is ordered by the number of its rows, its cursor read. */
export const numberedListQuery = z.strictObject({ ...listQuery.shape, cursor: cursor.optional() });

/** The query of such a list. */
export type NumberedListQuery = z.infer<typeof numberedListQuery>;

/** A page, newest first. `nextCursor` is opaque, and null on the last page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The page of the first `limit` of these rows. Whether there is one more says whether a next page is. */
export function pageOf<Row extends { id: number }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const last = rows[limit - 1];
  const nextCursor = rows.length > limit && last ? Buffer.from(String(last.id)).toString('base64url') : null;
  return { items: rows.slice(0, limit).map(toItem), nextCursor };
}
