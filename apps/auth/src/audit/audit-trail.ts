import type { AuthTransaction } from '../database.js';
import type { Actor } from './actor.js';
import type { AuditAction } from './audit-action.js';
import { auditEntries } from './audit-entry.table.js';

/** An act, as the audit trail tells of it. It holds no token, no key and no password. */
export interface AuditEntry {
  action: AuditAction;
  /** Absent: the auth service itself, or somebody who is not known yet. */
  actor?: Actor | undefined;
  /** To whom or to what it was done: a `sub`, a `kid`, a user name. */
  subject?: string | undefined;
  before?: unknown;
  after?: unknown;
}

/** Writes an entry in the transaction of the act: there is neither without the other. */
export async function addAuditEntry(tx: AuthTransaction, entry: AuditEntry): Promise<void> {
  const { action, actor, subject, before, after } = entry;
  await tx.insert(auditEntries).values({
    action,
    actorIssuer: actor?.issuer,
    actorSubject: actor?.subject,
    actorClient: actor?.clientId,
    requestId: actor?.requestId,
    subject,
    before,
    after,
  });
}
