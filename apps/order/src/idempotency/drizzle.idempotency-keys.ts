import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { OrderDatabase } from '../database.js';
import type { Answer } from './answer.js';
import { idempotencyKeys } from './idempotency-key.table.js';
import type { IdempotencyKeys, IdempotentRequest, KnownRequest } from './idempotent-request.js';

const keptFor = sql`interval '24 hours'`;
const prunedAtOnce = 1000;
const expired = sql`${idempotencyKeys.createdAt} < now() - ${keptFor}`;

/** Idempotency keys in the service's own database. */
export class DrizzleIdempotencyKeys implements IdempotencyKeys {
  constructor(private readonly db: OrderDatabase) {}

  async find(request: IdempotentRequest): Promise<KnownRequest | undefined> {
    return findKey(this.db, request);
  }

  async keep(request: IdempotentRequest, answer: Answer): Promise<Answer> {
    const [kept] = await this.db
      .update(idempotencyKeys)
      .set({ answer, inFlightUntil: null })
      .where(and(named(request), isNull(idempotencyKeys.answer)))
      .returning({ answer: idempotencyKeys.answer });
    return kept?.answer ?? (await this.find(request))?.answer ?? answer;
  }

  async release(request: IdempotentRequest, resource: string): Promise<void> {
    await this.db
      .update(idempotencyKeys)
      .set({ inFlightUntil: null })
      .where(and(named(request), eq(idempotencyKeys.resource, resource)));
  }

  /** Forgets the keys that are older than 24 hours, some at a time, so that no statement takes long. */
  async prune(): Promise<void> {
    const some = sql`select ctid from ${idempotencyKeys} where ${expired} limit ${prunedAtOnce}`;
    let pruned: unknown[];
    do {
      pruned = await this.db
        .delete(idempotencyKeys)
        .where(sql`ctid in (${some})`)
        .returning({ key: idempotencyKeys.key });
    } while (pruned.length === prunedAtOnce);
  }
}

/**
 * Takes a key for what the same transaction makes; a key that is older than 24 hours is free again. Of requests at the
 * same time one takes it, and the others wait for its transaction to end.
 *
 * @param inFlightMs how long the request may take before it counts as dead, milliseconds
 * @returns undefined where it was taken, or else what is known of the request that has it
 */
export async function takeKey(
  tx: OrderDatabase,
  request: IdempotentRequest,
  resource: string,
  inFlightMs: number,
): Promise<KnownRequest | undefined> {
  const { owner, route, key, fingerprint } = request;
  const inFlightUntil = sql`now() + ${`${inFlightMs} milliseconds`}::interval`;
  const taken = { fingerprint, resource, inFlightUntil, answer: null, createdAt: sql`now()` };
  const [mine] = await tx
    .insert(idempotencyKeys)
    .values({ issuer: owner.issuer, subject: owner.subject, route, key, ...taken })
    .onConflictDoUpdate({
      target: [idempotencyKeys.issuer, idempotencyKeys.subject, idempotencyKeys.route, idempotencyKeys.key],
      set: taken,
      setWhere: expired,
    })
    .returning({ resource: idempotencyKeys.resource });
  return mine ? undefined : findKey(tx, request);
}

async function findKey(db: OrderDatabase, request: IdempotentRequest): Promise<KnownRequest | undefined> {
  const [row] = await db
    .select({
      fingerprint: idempotencyKeys.fingerprint,
      resource: idempotencyKeys.resource,
      inFlight: sql<boolean>`coalesce(${idempotencyKeys.inFlightUntil} > now(), false)`,
      answer: idempotencyKeys.answer,
    })
    .from(idempotencyKeys)
    .where(and(named(request), sql`not ${expired}`));
  return row && { ...row, answer: row.answer ?? undefined };
}

function named({ owner, route, key }: IdempotentRequest): SQL | undefined {
  return and(
    eq(idempotencyKeys.issuer, owner.issuer),
    eq(idempotencyKeys.subject, owner.subject),
    eq(idempotencyKeys.route, route),
    eq(idempotencyKeys.key, key),
  );
}
