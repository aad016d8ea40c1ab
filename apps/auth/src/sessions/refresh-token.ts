import { createHash, randomBytes } from 'node:crypto';

/** A new refresh token: 256 random bits in base64url. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a refresh token: its SHA-256 in base64url. It has too much entropy to need a slow hash. */
export function refreshTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
