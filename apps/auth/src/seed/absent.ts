import { inArray } from 'drizzle-orm';
import type { AuthTransaction } from '../database.js';
import { subjects } from '../schema.js';

/** Those of these subjects that are not stored yet. */
export async function absent(tx: AuthTransaction, subs: readonly string[]): Promise<string[]> {
  const present = await tx
    .select({ sub: subjects.sub })
    .from(subjects)
    .where(inArray(subjects.sub, [...subs]));
  return subs.filter((sub) => !present.some((row) => row.sub === sub));
}
