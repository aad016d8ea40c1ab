import type { Confirmation } from '@waybill/auth';
import { sql } from 'drizzle-orm';
import { boolean, check, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { StoredPrivateKey } from './signing-keys/key-encryption.js';
import type { KeyPurpose, PublicJwk, SigningAlgorithm } from './signing-keys/signing-key.js';

export { auditEntries } from './audit/audit-entry.table.js';
export { secondKeys } from './second-keys/second-key.table.js';
export { securityEventLog, securityEvents } from './security-events/security-event.table.js';
export { knownAddresses } from './throttle/known-addresses.table.js';
export { exchangedTokens } from './token-exchange/exchanged-token.table.js';
export { webhookDeliveries } from './webhooks/webhook-delivery.table.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/**
 * Everybody whom a token can speak for. Accounts and clients share this one name space, so that no account can pass for
 * a client: a client's own tokens have its identifier as `sub` (RFC 9068 §5).
 */
export const subjects = pgTable(
  'subjects',
  {
    sub: text('sub').primaryKey(),
    kind: text('kind', { enum: ['account', 'client'] }).notNull(),
  },
  (table) => [check('subjects_kind', sql`${table.kind} in ('account', 'client')`)],
);

/** People who sign in. `password_hash` is argon2id in PHC string form. */
export const accounts = pgTable('accounts', {
  sub: text('sub')
    .primaryKey()
    .references(() => subjects.sub),
  username: text('username').notNull().unique(),
  passwordHash: text('password_hash').notNull(),
  demo: boolean('demo').notNull().default(false),
  createdAt: instant('created_at').notNull().defaultNow(),
});

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

/** Which scopes each subject may ask for, today. */
export const grants = pgTable(
  'grants',
  {
    sub: text('sub')
      .notNull()
      .references(() => subjects.sub),
    scope: text('scope').notNull(),
    grantedAt: instant('granted_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.sub, table.scope] })],
);

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

/**
 * Keys that sign access tokens, and keys that sign security events: one does never both. A key is published first, signs from `signs_from`, signs no more once retired and leaves
 * the JWKS when withdrawn.
 */
export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  purpose: text('purpose').$type<KeyPurpose>().notNull().default('access-token'),
  algorithm: text('algorithm').$type<SigningAlgorithm>().notNull(),
  publicJwk: jsonb('public_jwk').$type<PublicJwk>().notNull(),
  privateKey: jsonb('private_key').$type<StoredPrivateKey>().notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  publishedAt: instant('published_at').notNull().defaultNow(),
  signsFrom: instant('signs_from').notNull().defaultNow(),
  retiredAt: instant('retired_at'),
  withdrawnAt: instant('withdrawn_at'),
});
