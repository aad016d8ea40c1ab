import { TokenInvalid } from '../../refuse/index.js';

/** The claims set of a token whose signature holds (RFC 7519 §4). */
export type Claims = Readonly<Record<string, unknown>>;

/** What the claims are held against. */
export interface Expectations {
  readonly audience: string;
  readonly maxLifetimeSeconds: number;
  readonly requireJti: boolean;
  /** The way to the scopes, name by name; absent: `service_scopes` and `scope`. */
  readonly scopePath?: readonly string[];
  /** True where the header's `typ` says that this is an access token (RFC 8725 §3.11). */
  readonly explicitlyTyped: boolean;
}

/** Takes a NumericDate (RFC 7519 §2) that is a positive whole number of seconds. */
export function requireInstant(value: unknown, claim: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw new TokenInvalid(`${claim}.not_an_instant`);
  return value;
}

const maxTextLength = 255;
/** Control characters, and halves of surrogate pairs. */
const noText = /[\p{Cc}\p{Cs}]/u;

/**
 * Takes a string that can be stored and compared: 1–255 characters (OpenID Connect Core §2), well-formed Unicode, no
 * control characters. Two ill-formed strings may become one in a database, and with them two subjects.
 */
export function requireText(value: unknown, claim: string): string {
  if (typeof value !== 'string' || value === '') throw new TokenInvalid(`${claim}.not_a_string`);
  if (value.length > maxTextLength) throw new TokenInvalid(`${claim}.too_long`);
  if (noText.test(value)) throw new TokenInvalid(`${claim}.not_text`);
  return value;
}
