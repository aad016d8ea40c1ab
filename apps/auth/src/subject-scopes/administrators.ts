import { Scope } from '@waybill/contracts';
import { asc, eq } from 'drizzle-orm';
import type { AuthTransaction } from '../database.js';
import { grants } from '../schema.js';
import { lastAdministrator } from './subject-scopes.problems.js';

/**
 * Sees to it that somebody other than this subject can grant scopes. Of two transactions that take each other's
 * `grants.write` away, the locks, taken in one order by both, let the second one see what the first has done.
 * @throws ProblemException 409 `last_administrator`
 */
export async function requireAnotherAdministrator(tx: AuthTransaction, sub: string): Promise<void> {
  const holders = await tx
    .select({ sub: grants.sub })
    .from(grants)
    .where(eq(grants.scope, Scope.GrantsWrite))
    .orderBy(asc(grants.sub))
    .for('update');
  if (holders.every((holder) => holder.sub === sub)) throw lastAdministrator();
}
