import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { CutOffs } from '../cut-off/cut-offs.js';
import type { AuthDatabase } from '../database.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { lockSubject } from '../subjects/subjects.js';

/** Signs a subject out everywhere. */
@Injectable()
export class SignOut {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly cutOffs: CutOffs,
    private readonly log: SecurityEventLog,
  ) {}

  /** Ends all sessions of a subject. What signs in afterwards, be it in the same second, is not meant. False: there is no such subject. */
  everywhere(sub: string, actor: Actor): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const kind = await lockSubject(tx, sub);
      if (kind === undefined) return false;
      const { count, sids } = await this.cutOffs.endAll(tx, sub, kind);
      await addAuditEntry(tx, { action: 'signed-out', actor, subject: sub, after: { endedSessions: count } });
      const reason = actor.subject === sub ? 'sign-out' : 'sign-out-by-administrator';
      await this.log.append(tx, { kind: 'session-revoked', sub, sids, reason });
      return true;
    });
  }
}
