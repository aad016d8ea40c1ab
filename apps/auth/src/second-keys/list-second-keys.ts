import type { AuthDatabase } from '../database.js';
import type { Page } from '../lists/page.js';
import { type LivingSecondKey, livingSecondKeys } from './living-second-keys.js';

/** A second key as `GET /second-keys` shows it: never the key itself. Instants are of RFC 3339. */
export interface ShownSecondKey {
  id: string;
  createdAt: string;
  expiresAt: string;
  scopes: string[];
}

/** A subject's second keys that work, newest first. So few are allowed that they fit on one page. */
export async function listSecondKeys(db: AuthDatabase, sub: string): Promise<Page<ShownSecondKey>> {
  return { items: (await livingSecondKeys(db, sub)).map(toShown), nextCursor: null };
}

function toShown({ id, createdAt, expiresAt, scopes }: LivingSecondKey): ShownSecondKey {
  return { id, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), scopes };
}
