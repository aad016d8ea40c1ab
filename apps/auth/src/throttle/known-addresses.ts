import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { and, desc, eq, inArray, lt, notInArray, sql } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { knownAddresses } from '../schema.js';
import { KeyedHash } from './keyed-hash.js';

/** Who asks to be let in, and from where. */
export interface Caller {
  kind: 'account' | 'client';
  /** As it was typed; it need not be anybody's. */
  name: string;
  /** As `countedAddress` gives it. */
  address: string;
}

const mostPerSubject = 20;
const rememberedFor = sql`interval '30 days'`;
const writtenEvery = sql`interval '1 day'`;

/** The addresses from which each subject has signed in within 30 days: the 20 latest. */
@Injectable()
export class KnownAddresses {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /** Whether somebody by this name has signed in from there; asked by name, it costs the same whoever exists. */
  async has({ kind, name, address }: Caller): Promise<boolean> {
    const hashes = this.hash.all('known', kind, name, address);
    const found = await this.db
      .select({ recent: sql<boolean>`${knownAddresses.seenAt} > now() - ${rememberedFor}` })
      .from(knownAddresses)
      .where(inArray(knownAddresses.hash, hashes));
    return found.some(({ recent }) => recent);
  }

  /** Remembers a sign-in; of those from one address, one a day is written. */
  async remember(sub: string, { kind, name, address }: Caller): Promise<void> {
    const written = await this.db
      .insert(knownAddresses)
      .values({ sub, hash: this.hash.of('known', kind, name, address) })
      .onConflictDoUpdate({
        target: knownAddresses.hash,
        set: { seenAt: sql`now()` },
        setWhere: lt(knownAddresses.seenAt, sql`now() - ${writtenEvery}`),
      })
      .returning({ hash: knownAddresses.hash });
    if (written.length > 0) await this.forget(sub);
  }

  private async forget(sub: string): Promise<void> {
    const latest = this.db
      .select({ hash: knownAddresses.hash })
      .from(knownAddresses)
      .where(eq(knownAddresses.sub, sub))
      .orderBy(desc(knownAddresses.seenAt), knownAddresses.hash)
      .limit(mostPerSubject);
    await this.db
      .delete(knownAddresses)
      .where(and(eq(knownAddresses.sub, sub), notInArray(knownAddresses.hash, latest)));
    await this.db.delete(knownAddresses).where(lt(knownAddresses.seenAt, sql`now() - ${rememberedFor}`));
  }
}
