import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

const instant = (column: string) => timestamp(column, { withTimezone: true });

/** Which access tokens were obtained with which (RFC 8693): what takes the subject token back takes back these too. */
export const exchangedTokens = pgTable(
  'exchanged_tokens',
  {
    tokenId: text('token_id').primaryKey(),
    subjectTokenId: text('subject_token_id').notNull(),
    /** The key that signed the subject token, where it is not the one that signed this token: both die with their own. */
    subjectKeyId: text('subject_key_id'),
    sub: text('sub').notNull(),
    clientId: text('client_id').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('exchanged_tokens_of_subject_token').on(table.subjectTokenId),
    index('exchanged_tokens_of_subject_key').on(table.subjectKeyId),
    index('exchanged_tokens_of_client').on(table.clientId),
    index('exchanged_tokens_expires_at').on(table.expiresAt),
  ],
);
