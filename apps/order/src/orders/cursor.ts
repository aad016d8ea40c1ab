import { z } from 'zod';

/** The place in a list of orders after which a page begins: the last order of the page before. */
export interface Place {
  createdAt: Date;
  id: string;
}

/** An instant that this service can have written: the year 0, which ISO 8601 knows, PostgreSQL does not. */
const instant = z.iso.datetime({ precision: 3 }).refine((text) => !text.startsWith('0000'));
const place = z.tuple([instant, z.uuid()]);

/** A place as the caller is given it. What it holds is no promise. */
export function encodeCursor({ createdAt, id }: Place): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url');
}

/** Reads a cursor that the caller hands back; anything that this service did not write is a validation issue. */
export const cursor = z.string().transform((text, context): Place => {
  const read = place.safeParse(Buffer.from(text, 'base64url').toString().split(' '));
  if (read.success) return { createdAt: new Date(read.data[0]), id: read.data[1] };
  context.issues.push({ code: 'custom', message: 'must be the nextCursor of an earlier page', input: text });
  return z.NEVER;
});
