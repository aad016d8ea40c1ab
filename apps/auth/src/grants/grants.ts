import { Injectable } from '@nestjs/common';
import { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { eq } from 'drizzle-orm';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grants } from '../schema.js';

/** Who may ask for which scopes, today. */
@Injectable()
export class Grants {
  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  /** A subject's scopes, in the order in which the contract lists them. */
  async of(sub: string): Promise<Scope[]> {
    const rows = await this.db.select({ scope: grants.scope }).from(grants).where(eq(grants.sub, sub));
    const granted = new Set(rows.map(({ scope }) => scope));
    return Object.values(Scope).filter((scope) => granted.has(scope));
  }
}

/** Grants a new subject its scopes. */
export async function grantScopes(tx: AuthTransaction, sub: string, scopes: readonly Scope[]): Promise<void> {
  if (scopes.length > 0) await tx.insert(grants).values(scopes.map((scope) => ({ sub, scope })));
}
