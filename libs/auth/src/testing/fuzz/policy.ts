import { isUtf8 } from 'node:buffer';
import { type JsonReading, readJson } from './read-json.js';

/** What the guarded service trusts and is, and what time it is (seconds). */
export interface Circumstances {
  /** Each trusted issuer, by `iss`: the one algorithm of each of its key ids, or that of the one secret shared with it. */
  readonly issuers: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly audience: string;
  readonly now: number;
}

type Members = Readonly<Record<string, unknown>>;
/** A token taken apart. */
interface Statement {
  readonly header: Members;
  readonly claims: Members;
}
/** Each rule says what must be so. */
type Rules<Exhibit> = Readonly<Record<string, (exhibit: Exhibit, circumstances: Circumstances) => boolean>>;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const skew = 10;
const maxLifetime = 900;

const filled = (value: unknown) => typeof value === 'string' && value.length > 0;
/** 1–255 UTF-16 units, no half of a surrogate pair, no control character (C0, DEL, C1). */
const text = (value: unknown) =>
  filled(value) &&
  String(value).length <= 255 &&
  Buffer.from(String(value)).toString() === value &&
  [...String(value)].every((character) => character >= ' ' && (character < '\x7f' || character > '\x9f'));
const instant = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
/** The scopes in a list, or in a text whose separator is the space alone. */
const scopesIn = (value: unknown) => new Set((Array.isArray(value) ? value : String(value).split(' ')).filter(filled));
const alike = (left: Set<unknown>, right: Set<unknown>) =>
  left.size === right.size && [...left].every((each) => right.has(each));

/** The token as it stands on the wire: "Form" of the attack catalogue. */
const wireRules: Rules<string> = {
  'at most 8 KiB': (token) => Buffer.byteLength(token) <= 8192,
  'three segments': (token) => [...token].filter((character) => character === '.').length === 2,
  'no empty segment': (token) => !token.startsWith('.') && !token.endsWith('.') && !token.includes('..'),
  'base64url only': (token) => [...token].every((character) => character === '.' || alphabet.includes(character)),
  'one spelling only': (token) => token.split('.').every(isCanonical),
};

/** The bytes of header and claims. */
const bytesRules: Rules<Buffer> = {
  'UTF-8': (bytes) => isUtf8(bytes),
  'no byte order mark': (bytes) => bytes.indexOf('\ufeff') !== 0,
  JSON: (bytes) => reads(bytes.toString()),
};

/** What header and claims say as JSON. */
const jsonRules: Rules<JsonReading> = {
  'an object': ({ value }) => Object.prototype.toString.call(value) === '[object Object]',
  'each member once': ({ names }) => names.every((own) => new Set(own).size === own.length),
  'at most eight deep': ({ depth }) => depth <= 8,
  'no __proto__': ({ names }) => !names.flat().includes('__proto__'),
};

/** "Header and key" of the catalogue. */
const headerRules: Rules<Statement> = {
  'a trusted issuer': ({ claims: { iss } }, { issuers }) => typeof iss === 'string' && Object.hasOwn(issuers, iss),
  'no key of its own': ({ header }) => ['jwk', 'jku', 'x5c', 'x5u'].every((member) => !Object.hasOwn(header, member)),
  'no other processing': ({ header }) =>
    ['crit', 'b64', 'zip', 'cty', 'enc'].every((member) => !Object.hasOwn(header, member)),
  'kid, a short string where present': ({ header: { kid } }) =>
    kid === undefined || (filled(kid) && Buffer.byteLength(String(kid)) <= 128),
  'a key of the issuer': (statement, { issuers }) => algorithmOf(statement, issuers) !== undefined,
  "the key's own algorithm": (statement, { issuers }) => statement.header.alg === algorithmOf(statement, issuers),
  'an access token': ({ header: { typ } }) =>
    typeof typ === 'string' && ['at+jwt', 'application/at+jwt'].includes(typ.toLowerCase()),
};

function algorithmOf({ header, claims }: Statement, issuers: Circumstances['issuers']): string | undefined {
  const keys = issuers[String(claims.iss)] ?? {};
  if (typeof keys === 'string') return keys;
  return typeof header.kid === 'string' && Object.hasOwn(keys, header.kid) ? keys[header.kid] : undefined;
}

/** "Claims" of the catalogue, and "Token checks" of the design. */
const claimsRules: Rules<Members> = {
  'exp, in whole seconds': ({ exp }) => instant(exp),
  'iat, in whole seconds': ({ iat }) => instant(iat),
  'nbf, in whole seconds where present': ({ nbf }) => nbf === undefined || instant(nbf),
  'issued before it expires': ({ iat, exp }) => Number(iat) < Number(exp),
  'lives 900 s at most': ({ iat, exp }) => Number(exp) - Number(iat) <= maxLifetime,
  'not expired': ({ exp }, { now }) => Number(exp) + skew >= now,
  'issued by now': ({ iat }, { now }) => Number(iat) - skew <= now,
  'usable by now': ({ nbf }, { now }) => nbf === undefined || Number(nbf) - skew <= now,
  'aud, a string or strings': ({ aud }) => [aud].flat().every(text),
  'aud names this service': ({ aud }, { audience }) => new Set([aud].flat()).has(audience),
  'sub, a string': ({ sub }) => text(sub),
  'jti, a string': ({ jti }) => text(jti),
  'clients and sid, strings where present': ({ client_id, azp, appid, sid }) =>
    [client_id, azp, appid, sid].every((value) => value === undefined || text(value)),
  'one client': ({ client_id, azp, appid }) =>
    new Set([client_id, azp, appid].filter((value) => value !== undefined)).size < 2,
  'scopes, in either form': ({ service_scopes, scope }) => service_scopes !== undefined || scope !== undefined,
  'service_scopes, strings where present': ({ service_scopes }) =>
    service_scopes === undefined ||
    (Array.isArray(service_scopes) && service_scopes.every((name) => typeof name === 'string')),
  'scope, a string where present': ({ scope }) => scope === undefined || typeof scope === 'string',
  'both forms alike': ({ service_scopes, scope }) =>
    service_scopes === undefined || scope === undefined || alike(scopesIn(service_scopes), scopesIn(scope)),
  'act, a row of actors where present': ({ act }) => act === undefined || isActor(act),
  'no binding that is not known': ({ cnf }) => cnf === undefined,
};

function isActor(act: unknown): boolean {
  if (Object.prototype.toString.call(act) !== '[object Object]') return false;
  const { sub, act: earlier } = act as Members;
  return text(sub) && (earlier === undefined || isActor(earlier));
}

/** The names of all rules. Where a rule holds for header and claims alike, it stands here once. */
export const policyRules: readonly string[] = [wireRules, bytesRules, jsonRules, headerRules, claimsRules].flatMap(
  Object.keys,
);

/** What the policy says of a token whose signature is not looked at. */
export type PolicyVerdict =
  | { readonly broken: string }
  | {
      readonly broken: null;
      readonly issuer: unknown;
      readonly subject: unknown;
      readonly scopes: ReadonlySet<unknown>;
    };

/**
 * Judges a token by the written policy alone: the attack catalogue and the design, set down a second time as a table.
 * @returns the first rule that is broken, or whom the token speaks of
 */
export function judgeByPolicy(token: string, circumstances: Circumstances): PolicyVerdict {
  const [header = Buffer.alloc(0), claims = Buffer.alloc(0)] = token.split('.').map(decode);
  const broken =
    firstBroken(wireRules, token, circumstances) ??
    firstBroken(bytesRules, header, circumstances) ??
    firstBroken(bytesRules, claims, circumstances) ??
    firstBroken(jsonRules, readJson(header.toString()), circumstances) ??
    firstBroken(jsonRules, readJson(claims.toString()), circumstances) ??
    firstBroken(headerRules, { header: members(header), claims: members(claims) }, circumstances) ??
    firstBroken(claimsRules, members(claims), circumstances);
  if (broken) return { broken };
  const { iss, sub, service_scopes, scope } = members(claims);
  return {
    broken: null,
    issuer: iss,
    subject: sub,
    scopes: scopesIn(service_scopes ?? scope),
  };
}

function firstBroken<Exhibit>(
  rules: Rules<Exhibit>,
  exhibit: Exhibit,
  circumstances: Circumstances,
): string | undefined {
  return Object.entries(rules).find(([, holds]) => !holds(exhibit, circumstances))?.[0];
}

function members(bytes: Buffer): Members {
  return JSON.parse(bytes.toString());
}

function decode(segment: string): Buffer {
  return Buffer.from(segment, 'base64url');
}

function reads(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false; // the answer that was asked for
  }
}

/** A last character that carries spare bits has them all 0 (RFC 4648 §3.5); a single one carries no byte at all. */
function isCanonical(segment: string): boolean {
  const spare = [1, 0, 16, 4][segment.length % 4] ?? 0;
  return segment.length % 4 === 0 || (spare > 1 && alphabet.indexOf(segment.at(-1) ?? '') % spare === 0);
}
