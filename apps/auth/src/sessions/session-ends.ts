import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { CutOffs } from '../cut-off/cut-offs.js';
import type { AuthDatabase } from '../database.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { lockSubject } from '../subjects/subjects.js';

/** A session, and whose it is. */
export interface OwnedSession {
  sid: string;
  sub: string;
}

/** Why a session ends, as the audit trail and as the guards are told. */
const reasons = { 'session-revoked': 'sign-out', 'refresh-token-reused': 'refresh-token-reuse' } as const;

/** Ends single sessions: neither their refresh tokens nor their access tokens work any more. */
@Injectable()
export class SessionEnds {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly cutOffs: CutOffs,
    private readonly log: SecurityEventLog,
  ) {}

  /** Ends a session, unless it has ended already. */
  end({ sid, sub }: OwnedSession, action: keyof typeof reasons, actor: Actor): Promise<void> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, sub);
      const { count, sids } = await this.cutOffs.endOne(tx, sid);
      if (count === 0) return;
      await addAuditEntry(tx, { action, actor, subject: sub, after: { session: sid } });
      await this.log.append(tx, { kind: 'session-revoked', sub, sids, reason: reasons[action] });
    });
  }
}
