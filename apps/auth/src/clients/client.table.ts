import { boolean, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { subjects } from '../subjects/subject.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/**
 * Programs that ask for tokens (RFC 6749 §2). A client without a secret is public; a secret is hashed like a password.
 * `session_id` is the `sid` of the tokens that it gets for itself, until a cut-off renews it.
 */
export const clients = pgTable('clients', {
  clientId: text('client_id')
    .primaryKey()
    .references(() => subjects.sub),
  secretHash: text('secret_hash'),
  sessionId: uuid('session_id').notNull().defaultRandom(),
  demo: boolean('demo').notNull().default(false),
  createdAt: instant('created_at').notNull().defaultNow(),
});

/** The sessions that a withdrawal of scopes has replaced: their tokens go on with what is left to them, until they expire. */
export const formerClientSessions = pgTable(
  'former_client_sessions',
  {
    sid: uuid('sid').primaryKey(),
    clientId: text('client_id')
      .notNull()
      .references(() => clients.clientId),
    replacedAt: instant('replaced_at').notNull().defaultNow(),
  },
  (table) => [index('former_client_sessions_of_client').on(table.clientId)],
);
