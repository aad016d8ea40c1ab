import { isIP } from 'node:net';
import { z } from 'zod';

/** A setting that is read from a text. `.optional()` and `.default(value)` say what holds when it is unset. */
export type Setting<T> = z.ZodPipe<z.ZodString, z.ZodTransform<T, string>>;

interface SettingRule<T> {
  /** What the value must be, as in "must be a port (1–65535)". */
  rule: string;
  /** What the operator should do, a sentence. */
  remedy: string;
  /** Returns undefined for a text that breaks the rule. */
  parse: (text: string) => T | undefined;
  /** A secret never stands in a message. */
  secret?: boolean;
}

/** Builds a kind of setting whose message says the rule, the value (unless it is a secret) and the remedy. */
export function setting<T>({ rule, remedy, parse, secret = false }: SettingRule<T>): Setting<T> {
  return z.string({ error: `is missing, ${rule}. ${remedy}` }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    const given = secret ? '' : `, is ${JSON.stringify(text.slice(0, 80))}`;
    context.issues.push({ code: 'custom', message: `${rule}${given}. ${remedy}`, input: undefined });
    return z.NEVER;
  });
}

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number): Setting<number> {
  return setting({
    rule: `must be a whole number from ${least} to ${most}`,
    remedy: 'Set it to such a number, or unset it for the default.',
    parse: (text) => (/^-?\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most ? +text : undefined),
  });
}

/** A TCP port. */
export function port(example: number): Setting<number> {
  return setting({
    rule: 'must be a port (1–65535)',
    remedy: `Set it to a free port, e.g. ${example}.`,
    parse: (text) => (/^\d{1,5}$/.test(text) && +text >= 1 && +text <= 65_535 ? +text : undefined),
  });
}

/** `true`, `false`, `1` or `0`. */
export function flag(): Setting<boolean> {
  const values: Partial<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
  return setting({
    rule: 'must be true, false, 1 or 0',
    remedy: 'Set it to one of these, or unset it for the default.',
    parse: (text) => (Object.hasOwn(values, text) ? values[text] : undefined),
  });
}

/** One of a few words. */
export function choice<const Value extends string>(values: readonly Value[]): Setting<Value> {
  return setting({
    rule: `must be one of ${values.join(', ')}`,
    remedy: 'Set it to one of these, or unset it for the default.',
    parse: (text) => values.find((value) => value === text),
  });
}

/** A comma-separated list, each part read by `one`; at least one part. */
export function list<T>(kind: string, example: string, one: (part: string) => T | undefined, secret = false) {
  return setting({
    rule: `must be a comma-separated list of ${kind}`,
    remedy: `Set it to such a list, e.g. ${example}.`,
    secret,
    parse: (text) => {
      const parts = text.split(',').map((part) => one(part.trim()));
      return parts.every((part) => part !== undefined) ? parts : undefined;
    },
  });
}

/** An absolute URL of one of these schemes. It may hold a password, so it is never shown. */
export function url(schemes: readonly string[], example: string, hint = ''): Setting<string> {
  return setting({
    rule: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    remedy: `Set it to such a URL, e.g. ${example}.${hint}`,
    secret: true,
    parse: (text) => {
      const parsed = URL.canParse(text) ? new URL(text) : undefined;
      return parsed && schemes.includes(parsed.protocol.slice(0, -1)) && parsed.host ? text : undefined;
    },
  });
}

/** The base URL of a service: http or https, without credentials, query or fragment; a slash at its end is dropped. */
export function httpUrl(example: string): Setting<string> {
  return plainHttpUrl(example, withoutSlash);
}

/** Several base URLs of one service, comma-separated. */
export function httpUrlList(example: string): Setting<string[]> {
  const kind = 'http or https URLs without credentials, query or fragment';
  return list(kind, example, (part) => (isPlainHttpUrl(part) ? withoutSlash(part) : undefined), true);
}

/** An issuer identifier (RFC 8414 §2), kept to the letter: `https://a.example` and `https://a.example/` are two issuers. */
export function issuerUrl(example: string): Setting<string> {
  return plainHttpUrl(example, (url) => url);
}

function plainHttpUrl(example: string, normalize: (url: string) => string): Setting<string> {
  return setting({
    rule: 'must be an http or https URL without credentials, query or fragment',
    remedy: `Set it to such a URL, e.g. ${example}.`,
    secret: true,
    parse: (text) => (isPlainHttpUrl(text) ? normalize(text) : undefined),
  });
}

function isPlainHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^?#\s\\]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return !username && !password;
}

const withoutSlash = (url: string) => url.replace(/\/$/, '');

/** A text without control characters. */
export function text(what: string, example: string): Setting<string> {
  return setting({
    rule: `must be ${what}`,
    remedy: `Set it to such a text, e.g. ${example}.`,
    parse: (value) => (/^[^\p{Cc}]+$/u.test(value) && value.trim() === value ? value : undefined),
  });
}

/** A secret of at least `bytes` bytes. */
export function secret(bytes: number): Setting<string> {
  return setting({
    rule: `must be a secret of at least ${bytes} bytes`,
    remedy: `Generate one with: openssl rand -base64 ${bytes}`,
    secret: true,
    parse: (value) => (Buffer.byteLength(value) >= bytes ? value : undefined),
  });
}

/** An IP address, or a range of them (`10.0.0.0/8`). */
export function addressRange(part: string): string | undefined {
  const [address = '', prefix, ...rest] = part.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || rest.length > 0) return undefined;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && +prefix <= bits) ? part : undefined;
}
