import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { mostClockToleranceSeconds } from '../config.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { exchangedTokens } from '../schema.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';

/** A token, and that from which it came. */
export type ExchangedToken = typeof exchangedTokens.$inferSelect;

/** The record of which token came from which: what takes one back takes back all that came from it. */
@Injectable()
export class ExchangedTokens {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly log: SecurityEventLog,
  ) {}

  /** Keeps a token in mind, in the transaction that issues it. */
  async record(tx: AuthTransaction, token: Omit<ExchangedToken, 'createdAt'>): Promise<void> {
    await tx.insert(exchangedTokens).values(token);
  }

  /**
   * What came from a token, by one exchange after the other. The transaction holds the lock of the subject, and is going to
   * take the token itself back: so nothing else can come from it.
   */
  cameFrom(tx: AuthTransaction, tokenId: string): Promise<ExchangedToken[]> {
    return descendants(tx, eq(exchangedTokens.subjectTokenId, tokenId));
  }

  /** What came from tokens that a key signed, and was signed by another. The transaction has withdrawn the key. */
  cameFromSignedBy(tx: AuthTransaction, keyId: string): Promise<ExchangedToken[]> {
    return descendants(tx, eq(exchangedTokens.subjectKeyId, keyId));
  }

  /** Takes tokens back: an event for each, the transaction's last step. */
  async takeBack(tx: AuthTransaction, tokens: readonly ExchangedToken[]): Promise<void> {
    for (const { tokenId: jti, sub, clientId, expiresAt } of tokens)
      await this.log.append(tx, { kind: 'token-revoked', jti, sub, clientId, expiresAt });
  }

  /** Deletes what no guard takes any more. */
  async sweep(): Promise<void> {
    const dead = lt(exchangedTokens.expiresAt, sql`now() - make_interval(secs => ${mostClockToleranceSeconds})`);
    await this.db.delete(exchangedTokens).where(dead);
  }
}

async function descendants(tx: AuthTransaction, which: SQL): Promise<ExchangedToken[]> {
  const children = await tx.select().from(exchangedTokens).where(which);
  if (children.length === 0) return [];
  const ids = children.map(({ tokenId }) => tokenId);
  return [...children, ...(await descendants(tx, inArray(exchangedTokens.subjectTokenId, ids)))];
}
