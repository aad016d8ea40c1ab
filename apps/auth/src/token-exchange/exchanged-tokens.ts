import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { mostClockToleranceSeconds } from '../config.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { exchangedTokens } from '../schema.js';
import type { SecurityChange } from '../security-events/security-change.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';

/** As many events as one statement takes. */
const eventsAtOnce = 500;

/** What expired before then is taken by no guard. */
const longestAgo = sql`now() - make_interval(secs => ${mostClockToleranceSeconds})`;

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
   * Keeps a token as it is until the transaction ends, if it came of another: what takes that back, whoever its subjects are,
   * waits, and then sees what this transaction has done.
   */
  async hold(tx: AuthTransaction, tokenId: string): Promise<void> {
    await tx.select({ tokenId: exchangedTokens.tokenId }).from(exchangedTokens).where(isToken(tokenId)).for('share');
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
    return heldDescendants(tx, eq(exchangedTokens.subjectKeyId, keyId));
  }

  /** What a client got, and what came of that. The transaction has changed the row of the client. */
  gotBy(tx: AuthTransaction, clientId: string): Promise<ExchangedToken[]> {
    return heldDescendants(tx, eq(exchangedTokens.clientId, clientId));
  }

  /** Takes tokens back: an event for each, the transaction's last step. */
  async takeBack(tx: AuthTransaction, tokens: readonly ExchangedToken[]): Promise<void> {
    for (let start = 0; start < tokens.length; start += eventsAtOnce) {
      const [first, ...others] = tokens.slice(start, start + eventsAtOnce).map(revocationOf);
      if (first) await this.log.append(tx, first, ...others);
    }
  }

  /** Deletes what no guard takes any more. */
  async sweep(): Promise<void> {
    await this.db.delete(exchangedTokens).where(lt(exchangedTokens.expiresAt, longestAgo));
  }
}

function revocationOf({ tokenId: jti, sub, clientId, expiresAt }: ExchangedToken): SecurityChange {
  return { kind: 'token-revoked', jti, sub, clientId, expiresAt };
}

const isToken = (tokenId: string) => eq(exchangedTokens.tokenId, tokenId);

/**
 * For a transaction that holds no lock of the subjects. Each token is held, so that nothing more comes of it; an exchange that
 * was under way has ended by then, and what came of it is found by looking again. Who does so holds the log of events not
 * yet, and does it alone: so nobody whom it waits for waits for it.
 */
async function heldDescendants(tx: AuthTransaction, which: SQL): Promise<ExchangedToken[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('waybill exchanged tokens'))`);
  for (let known = -1; ; ) {
    const tokens = await descendants(tx, which).orderBy(exchangedTokens.tokenId).for('update');
    if (tokens.length <= known) return tokens;
    known = tokens.length;
  }
}

/** Each once, in one statement however many they are, and only those that some guard may still take. */
function descendants(tx: AuthTransaction, which: SQL) {
  const { tokenId, subjectTokenId, expiresAt } = exchangedTokens;
  const came = sql`with recursive came (id) as (
    select ${tokenId} from ${exchangedTokens} where ${which}
    union select ${tokenId} from ${exchangedTokens} join came on ${subjectTokenId} = came.id
  ) select id from came`;
  const found = and(sql`${tokenId} in (${came})`, gte(expiresAt, longestAgo));
  return tx.select().from(exchangedTokens).where(found);
}
