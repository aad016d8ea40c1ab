import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { eq, sql } from 'drizzle-orm';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import type { AuthDatabase } from '../database.js';
import { secondKeys } from '../schema.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { lockSubject } from '../subjects/subjects.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';
import { livingSecondKeys } from './living-second-keys.js';

/** Takes a second key back: the token that goes with it is revoked, with what came of it by exchange, and without it the key is good for nothing. */
@Injectable()
export class RevokeSecondKey {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly exchanged: ExchangedTokens,
    private readonly log: SecurityEventLog,
  ) {}

  /** Of one's own. False: there is no such key that works. */
  revoke(sub: string, id: string, actor: Actor): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, sub);
      const key = (await livingSecondKeys(tx, sub)).find((living) => living.id === id);
      if (key === undefined) return false;
      const { sid, clientId, tokenId: jti, expiresAt } = key;
      await tx.update(secondKeys).set({ revokedAt: sql`now()` }).where(eq(secondKeys.id, id));
      const exchanged = await this.exchanged.cameFrom(tx, jti);
      const tokens = exchanged.map(({ tokenId }) => tokenId);
      const after = { secondKey: id, token: jti, session: sid, ...(tokens.length > 0 && { exchanged: tokens }) };
      await addAuditEntry(tx, { action: 'second-key-revoked', actor, subject: sub, after });
      await this.log.append(tx, { kind: 'token-revoked', jti, sub, clientId, expiresAt });
      await this.exchanged.takeBack(tx, exchanged);
      return true;
    });
  }
}
