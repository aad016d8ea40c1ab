import { Injectable, Logger } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { eq } from 'drizzle-orm';
import { addAuditEntry } from '../audit/audit-trail.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { accounts, clients } from '../schema.js';
import type { Caller } from './known-addresses.js';

/** Whose budget is used up: that of the name, or that of the address. */
export type Exhausted = 'name' | 'address';

/**
 * Puts on record that somebody has to wait before each next attempt: once an episode, not once an attempt. The audit
 * trail names the subject, where there is one, and the address of the last attempt; what else was typed as a name may
 * have been a password. The log names nobody.
 */
@Injectable()
export class Episodes {
  private readonly logger = new Logger('Throttle');

  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  /** An episode begins. `name` is as it was typed. */
  async begin(exhausted: Exhausted, caller: Caller): Promise<void> {
    const { kind, address } = caller;
    await this.db.transaction(async (tx) => {
      const subject = exhausted === 'name' ? await subjectOf(tx, caller) : undefined;
      const after = exhausted === 'name' ? { throttled: kind, address } : { throttled: 'address', address };
      await addAuditEntry(tx, { action: 'sign-in-throttled', subject, after });
    });
    const who = exhausted === 'name' ? `one ${kind}` : 'one address';
    this.logger.warn(`Too many attempts have failed: ${who} has to wait before each next one`);
  }
}

async function subjectOf(tx: AuthTransaction, { kind, name }: Caller): Promise<string | undefined> {
  const [found] =
    kind === 'account'
      ? await tx.select({ sub: accounts.sub }).from(accounts).where(eq(accounts.username, name))
      : await tx.select({ sub: clients.clientId }).from(clients).where(eq(clients.clientId, name));
  return found?.sub;
}
