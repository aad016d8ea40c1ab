import { z } from 'zod';

const whatLimitTakes = 'must be a whole number from 1 to 200';

/** How many items a page holds: 1–200, 50 where the caller does not say. */
const limit = z
  .string(whatLimitTakes)
  .regex(/^\d{1,3}$/, whatLimitTakes)
  .transform(Number)
  .pipe(z.int().min(1, whatLimitTakes).max(200, whatLimitTakes))
  .default(50);

/** The query of a list: the size of the page, and the `nextCursor` of the page before it. */
export const listQuery = z.strictObject({ limit, cursor: z.string().optional() });

/** A page of a list, newest first. `nextCursor` is opaque, and null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
