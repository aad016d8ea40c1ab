import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { CutOffs } from '../cut-off/cut-offs.js';
import type { AuthDatabase } from '../database.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { lockSubject } from '../subjects/subjects.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';

/** Signs a subject out everywhere. */
@Injectable()
export class SignOut {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly cutOffs: CutOffs,
    private readonly exchanged: ExchangedTokens,
    private readonly log: SecurityEventLog,
  ) {}

  /**
   * Ends all sessions of a subject, and what a client got by exchange for others. What signs in afterwards, be it in the
   * same second, is not meant. False: there is no such subject.
   */
  everywhere(sub: string, actor: Actor): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const kind = await lockSubject(tx, sub);
      if (kind === undefined) return false;
      const { count, sids } = await this.cutOffs.endAll(tx, sub, kind);
      const exchanged = kind === 'client' ? await this.exchanged.gotBy(tx, sub) : [];
      const after = { endedSessions: count, ...(exchanged.length > 0 && { exchangedTokens: exchanged.length }) };
      await addAuditEntry(tx, { action: 'signed-out', actor, subject: sub, after });
      const reason = actor.subject === sub ? 'sign-out' : 'sign-out-by-administrator';
      await this.log.append(tx, { kind: 'session-revoked', sub, sids, reason });
      await this.exchanged.takeBack(tx, exchanged);
      return true;
    });
  }
}
