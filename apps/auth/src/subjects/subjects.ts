import { eq } from 'drizzle-orm';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { subjects } from '../schema.js';

/** What kinds of subject there are. */
export type SubjectKind = 'account' | 'client';

/**
 * Takes the lock of a subject, until the transaction ends, and answers what it is; undefined where there is none.
 * Whatever issues tokens to a subject holds it, and whatever takes authority back: so a token is issued wholly before a
 * cut-off, which then names its session, or wholly after it, with what is granted then. Both take the same exclusive
 * lock, as holders of a shared one would let each other in past a cut-off that waits.
 */
export async function lockSubject(tx: AuthTransaction, sub: string): Promise<SubjectKind | undefined> {
  const [subject] = await tx.select({ kind: subjects.kind }).from(subjects).where(eq(subjects.sub, sub)).for('update');
  return subject?.kind;
}

/** Whether there is a subject of this name. */
export async function isSubject(db: AuthDatabase, sub: string): Promise<boolean> {
  const [subject] = await db.select({ sub: subjects.sub }).from(subjects).where(eq(subjects.sub, sub));
  return subject !== undefined;
}
