import { TokenInvalid } from '../../refuse/index.js';

/** The claims set of a token whose signature holds (RFC 7519 §4). */
export type Claims = Readonly<Record<string, unknown>>;

/** What the claims are held against. */
export interface Expectations {
  readonly audience: string;
  readonly maxLifetimeSeconds: number;
  readonly clockToleranceSeconds: number;
  /** The present, in whole seconds since the epoch. */
  readonly now: number;
}

/** Takes a NumericDate (RFC 7519 §2) that is a positive whole number of seconds. */
export function requireInstant(value: unknown, claim: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw new TokenInvalid(`${claim}.not_an_instant`);
  return value;
}

/** Takes a string that is not empty. */
export function requireText(value: unknown, claim: string): string {
  if (typeof value !== 'string' || value === '') throw new TokenInvalid(`${claim}.not_a_string`);
  return value;
}
