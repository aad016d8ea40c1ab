import { Injectable, Logger } from '@nestjs/common';
import { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import type { Actor } from '../audit/actor.js';
import { addAuditEntry } from '../audit/audit-trail.js';
import { CutOffs } from '../cut-off/cut-offs.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grantedScopes, grantScopes, withdrawScopes } from '../grants/grants.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { subjectNotFound } from '../subjects/subject.problems.js';
import { lockSubject, type SubjectKind } from '../subjects/subjects.js';
import { requireAnotherAdministrator } from './administrators.js';
import { entityTagOf, isMatch } from './entity-tag.js';
import type { SubjectScopes } from './subject-scopes.js';
import { preconditionFailed } from './subject-scopes.problems.js';

/** What a subject shall have, and which state the request takes it to have now. */
export interface Replacement extends SubjectScopes {
  /** The `If-Match` field. */
  ifMatch: string;
}

interface Difference {
  granted: Scope[];
  withdrawn: Scope[];
}

/** Replaces what a subject may ask for; what is withdrawn is good no longer in any token that was issued before. */
@Injectable()
export class ReplaceScopes {
  private readonly logger = new Logger('Permissions');

  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly cutOffs: CutOffs,
    private readonly log: SecurityEventLog,
  ) {}

  /**
   * Answers the new state. Of parallel replacements of one state, one wins.
   * @throws ProblemException 404 unknown subject, 412 another state, 409 the last administrator
   */
  async replace({ sub, scopes: wanted, ifMatch }: Replacement, actor: Actor): Promise<SubjectScopes> {
    const scopes = Object.values(Scope).filter((scope) => wanted.includes(scope));
    const difference = await this.db.transaction(async (tx) => {
      const kind = await lockSubject(tx, sub);
      if (kind === undefined) throw subjectNotFound();
      const before = await grantedScopes(tx, sub);
      if (!isMatch(ifMatch, entityTagOf({ sub, scopes: before }))) throw preconditionFailed();
      const changes = differenceBetween(before, scopes);
      if (changes.granted.length + changes.withdrawn.length === 0) return undefined;
      await addAuditEntry(tx, {
        action: 'scopes-changed',
        actor,
        subject: sub,
        before: { scopes: before },
        after: { scopes },
      });
      await this.change(tx, sub, kind, changes);
      return changes;
    });
    if (difference) this.tell(sub, difference, actor);
    return { sub, scopes };
  }

  private async change(tx: AuthTransaction, sub: string, kind: SubjectKind, changes: Difference): Promise<void> {
    const { granted, withdrawn } = changes;
    if (withdrawn.includes(Scope.GrantsWrite)) await requireAnotherAdministrator(tx, sub);
    await grantScopes(tx, sub, granted);
    await withdrawScopes(tx, sub, withdrawn);
    if (withdrawn.length > 0) {
      const { sids } = await this.cutOffs.withdraw(tx, sub, kind, withdrawn);
      await this.log.append(tx, { kind: 'scopes-withdrawn', sub, sids, scopes: withdrawn });
    }
    if (granted.length > 0) await this.log.append(tx, { kind: 'scopes-granted', sub, scopes: granted });
  }

  private tell(sub: string, { granted, withdrawn }: Difference, { subject }: Actor): void {
    const changes = { subject: sub, granted, withdrawn, by: subject };
    this.logger.log({ ...changes, msg: 'the scopes of a subject were changed' });
  }
}

function differenceBetween(before: readonly Scope[], after: readonly Scope[]): Difference {
  return {
    granted: after.filter((scope) => !before.includes(scope)),
    withdrawn: before.filter((scope) => !after.includes(scope)),
  };
}
