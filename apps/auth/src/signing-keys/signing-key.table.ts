import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { StoredPrivateKey } from './key-encryption.js';
import type { KeyPurpose, PublicJwk, SigningAlgorithm } from './signing-key.js';

const instant = (column: string) => timestamp(column, { withTimezone: true });

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
