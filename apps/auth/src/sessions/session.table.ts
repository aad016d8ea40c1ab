import type { Confirmation } from '@waybill/auth';
import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.js';
import { clients } from '../clients/client.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/** Sign-ins: the `sid` of an access token, what it is bound to, and the family of its refresh tokens (RFC 9700 §4.14.2). */
export const sessions = pgTable(
  'sessions',
  {
    sid: uuid('sid').primaryKey(),
    sub: text('sub')
      .notNull()
      .references(() => accounts.sub),
    clientId: text('client_id')
      .notNull()
      .references(() => clients.clientId),
    scopes: text('scopes').array().notNull(),
    confirmation: jsonb('confirmation').$type<Confirmation>(),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [index('sessions_expires_at').on(table.expiresAt), index('sessions_of_subject').on(table.sub)],
);

/** Refresh tokens by their SHA-256 in base64url. A used one stays until its session expires, so that reuse is noticed. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    hash: text('hash').primaryKey(),
    sid: uuid('sid')
      .notNull()
      .references(() => sessions.sid, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    usedAt: instant('used_at'),
  },
  (table) => [index('refresh_tokens_sid').on(table.sid)],
);
