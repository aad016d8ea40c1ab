import { Scope } from '@waybill/contracts';
import { and, eq, inArray } from 'drizzle-orm';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grants } from '../schema.js';

/** A subject's scopes today, in the order in which the contract lists them. */
export async function grantedScopes(db: Pick<AuthDatabase, 'select'>, sub: string): Promise<Scope[]> {
  const rows = await db.select({ scope: grants.scope }).from(grants).where(eq(grants.sub, sub));
  const granted = new Set(rows.map(({ scope }) => scope));
  return Object.values(Scope).filter((scope) => granted.has(scope));
}

/** Grants a subject scopes that it does not have yet. */
export async function grantScopes(tx: AuthTransaction, sub: string, scopes: readonly Scope[]): Promise<void> {
  if (scopes.length > 0) await tx.insert(grants).values(scopes.map((scope) => ({ sub, scope })));
}

/** Takes scopes away from a subject. What its tokens and sessions carry is for a cut-off to end. */
export async function withdrawScopes(tx: AuthTransaction, sub: string, scopes: readonly Scope[]): Promise<void> {
  if (scopes.length > 0) await tx.delete(grants).where(and(eq(grants.sub, sub), inArray(grants.scope, [...scopes])));
}
