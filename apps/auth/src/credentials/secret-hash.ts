import { randomBytes } from 'node:crypto';
import { argon2id, hash, verify } from 'argon2';

/** The least that OWASP asks of argon2id: 19 MiB (stated in KiB), two passes, one lane. */
const cost = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const nobodysHash = hashSecret(randomBytes(32).toString('base64url'));

/** Hashes a password or a client secret with argon2id, as a PHC string. */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret, cost);
}

/**
 * Whether a secret is the one that was hashed. Without a hash (nobody by that name) the answer is no, at the cost of a
 * comparison: how long it takes does not tell who exists.
 */
export async function secretMatches(stored: string | null | undefined, secret: string): Promise<boolean> {
  const matches = await verify(stored ?? (await nobodysHash), secret);
  return matches && typeof stored === 'string';
}
