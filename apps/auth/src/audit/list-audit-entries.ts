import { desc, lt } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { type NumberedListQuery, type Page, pageOf } from '../lists/page.js';
import type { Actor } from './actor.js';
import { type AuditRow, auditEntries } from './audit-entry.table.js';

/** An entry of the audit trail as `GET /audit` shows it. */
export interface ShownAuditEntry {
  id: number;
  at: string;
  action: string;
  actor: Omit<Actor, 'requestId'> | null;
  subject: string | null;
  before: unknown;
  after: unknown;
  requestId: string | null;
}

/** One page of the audit trail, newest first. */
export async function listAuditEntries(
  db: AuthDatabase,
  { limit, cursor: after }: NumberedListQuery,
): Promise<Page<ShownAuditEntry>> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(after === undefined ? undefined : lt(auditEntries.id, after))
    .orderBy(desc(auditEntries.id))
    .limit(limit + 1);
  return pageOf(rows, limit, toShown);
}

function toShown(row: AuditRow): ShownAuditEntry {
  const { id, at, action, subject, before, after, requestId } = row;
  return { id, at: at.toISOString(), action, actor: actorIn(row), subject, before, after, requestId };
}

function actorIn({ actorIssuer, actorSubject, actorClient }: AuditRow): ShownAuditEntry['actor'] {
  if (actorIssuer === null || actorSubject === null) return null;
  return { issuer: actorIssuer, subject: actorSubject, ...(actorClient !== null && { clientId: actorClient }) };
}
