import { Injectable } from '@nestjs/common';
import type { TokenUse, UsedTokens } from '@waybill/auth';
import { type Database, InjectDatabase } from '@waybill/database';
import { and, eq, sql } from 'drizzle-orm';
import { usedTokens } from './used-token.table.js';

/** A record is kept for so much longer than its token can live, in case the database's clock is ahead of the service's. */
const margin = sql`interval '1 hour'`;
const prunedAtOnce = 1000;

/** The record of used tokens in the service's own database, one for all its replicas. */
@Injectable()
export class DrizzleUsedTokens implements UsedTokens {
  readonly forgetsOnRestart = false;

  constructor(@InjectDatabase() private readonly db: Database) {}

  /** Of uses at the same time one inserts; the others wait for it and then find what stands there. Rejects while the database is away. */
  async use({ issuer, tokenId, until, purpose }: TokenUse): Promise<'first' | 'repeat' | 'used'> {
    const [first] = await this.db
      .insert(usedTokens)
      .values({ issuer, tokenId, purpose: purpose ?? null, until: new Date(until * 1000) })
      .onConflictDoNothing()
      .returning({ tokenId: usedTokens.tokenId });
    if (first) return 'first';
    return purpose !== undefined && (await this.purposeOf(issuer, tokenId)) === purpose ? 'repeat' : 'used';
  }

  /** Forgets tokens that are refused in any case, some at a time, so that no statement takes long. */
  async prune(): Promise<void> {
    const some = sql`select ctid from ${usedTokens} where ${usedTokens.until} < now() - ${margin} limit ${prunedAtOnce}`;
    let pruned: unknown[];
    do {
      pruned = await this.db
        .delete(usedTokens)
        .where(sql`ctid in (${some})`)
        .returning({ tokenId: usedTokens.tokenId });
    } while (pruned.length === prunedAtOnce);
  }

  private async purposeOf(issuer: string, tokenId: string): Promise<string | null | undefined> {
    const [record] = await this.db
      .select({ purpose: usedTokens.purpose })
      .from(usedTokens)
      .where(and(eq(usedTokens.issuer, issuer), eq(usedTokens.tokenId, tokenId)));
    return record?.purpose;
  }
}
