import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** Tokens that were used on routes which take them once. `purpose` is a digest of the request; none: it may not be repeated. */
export const usedTokens = pgTable(
  'used_tokens',
  {
    issuer: text().notNull(),
    tokenId: text('token_id').notNull(),
    purpose: text(),
    /** From when on the token is refused in any case. */
    until: timestamp({ withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.issuer, table.tokenId] }), index('used_tokens_until').on(table.until)],
);
