import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { AuditAction } from './audit-action.js';

/**
 * Who did what to whom. Each entry is written in the transaction of the act and never changed. Without an actor it was
 * the auth service itself, or somebody who is not known yet. `before` and `after` are what the act changed.
 */
export const auditEntries = pgTable('audit_entries', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: timestamp({ withTimezone: true, precision: 3 }).notNull().defaultNow(),
  action: text().$type<AuditAction>().notNull(),
  actorIssuer: text('actor_issuer'),
  actorSubject: text('actor_subject'),
  actorClient: text('actor_client'),
  subject: text(),
  before: jsonb(),
  after: jsonb(),
  requestId: text('request_id'),
});

/** A stored entry. */
export type AuditRow = typeof auditEntries.$inferSelect;
