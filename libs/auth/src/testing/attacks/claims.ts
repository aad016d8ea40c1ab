import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { now } from './token-text.js';

type Claims = Readonly<Record<string, unknown>>;
type Row = readonly [name: string, claims: (context: AttackContext) => Claims];

/** The time for which a token is good (RFC 7519 §4.1.4–4.1.6): 10 s of skew, 900 s of life. */
const lifetime: readonly Row[] = [
  ['exp absent', () => ({ exp: undefined })],
  ['exp fractional', () => ({ exp: now() + 300.5 })],
  ['exp in milliseconds', () => ({ exp: (now() + 300) * 1000 })],
  ['exp as a string', () => ({ exp: String(now() + 300) })],
  ['exp as a date', () => ({ exp: new Date(Date.now() + 300_000).toISOString() })],
  ['exp true', () => ({ exp: true })],
  ['exp null', () => ({ exp: null })],
  ['exp as an array', () => ({ exp: [now() + 300] })],
  ['exp as an object', () => ({ exp: { seconds: now() + 300 } })],
  ['exp 0', () => ({ exp: 0 })],
  ['exp below 0', () => ({ exp: -1 })],
  ['exp beyond every whole number', () => ({ exp: 1e300 })],
  ['expired 11 s ago', () => ({ iat: now() - 100, exp: now() - 11 })],
  ['expired a day ago', () => ({ iat: now() - 86_500, exp: now() - 86_400 })],
  ['exp at iat', () => ({ iat: now(), exp: now() })],
  ['exp before iat', () => ({ iat: now() + 5, exp: now() + 4 })],
  ['a life of 901 s', () => ({ iat: now(), exp: now() + 901 })],
  ['a life of a year', () => ({ iat: now(), exp: now() + 31_536_000 })],
  ['iat absent', () => ({ iat: undefined })],
  ['iat as a string', () => ({ iat: String(now()) })],
  ['iat fractional', () => ({ iat: now() - 0.5 })],
  ['iat null', () => ({ iat: null })],
  ['iat more than 10 s ahead', () => ({ iat: now() + 15, exp: now() + 120 })],
  ['nbf as a string', () => ({ nbf: String(now()) })],
  ['nbf fractional', () => ({ nbf: now() - 0.5 })],
  ['nbf null', () => ({ nbf: null })],
  ['nbf true', () => ({ nbf: true })],
  ['nbf more than 10 s ahead', () => ({ nbf: now() + 15 })],
];

/** Whom the token is for (RFC 7519 §4.1.3): this very service, by its exact name. */
const audience: readonly Row[] = [
  ['aud absent', () => ({ aud: undefined })],
  ['aud null', () => ({ aud: null })],
  ['aud as an object', (context) => ({ aud: { [context.audience]: true } })],
  ['aud as a number', () => ({ aud: 7 })],
  ['aud empty', () => ({ aud: '' })],
  ['aud an empty array', () => ({ aud: [] })],
  ['aud nested', (context) => ({ aud: [[context.audience]] })],
  ['aud with a number beside the right name', (context) => ({ aud: [context.audience, 7] })],
  ["a sibling service's aud", () => ({ aud: ['sibling.service'] })],
  ['aud in capitals', (context) => ({ aud: context.audience.toUpperCase() })],
  ['a prefix of aud', (context) => ({ aud: context.audience.slice(0, -1) })],
  ['aud with more after it', (context) => ({ aud: `${context.audience}.internal` })],
  ['aud with a trailing slash', (context) => ({ aud: `${context.audience}/` })],
  ['aud with a space after it', (context) => ({ aud: `${context.audience} ` })],
  ['several names in one string', (context) => ({ aud: `${context.audience} sibling.service` })],
  ['aud a wildcard', () => ({ aud: '*' })],
];

/** Who issued it (RFC 7519 §4.1.1): exact. */
const issuer: readonly Row[] = [
  ['iss absent', () => ({ iss: undefined })],
  ['iss null', () => ({ iss: null })],
  ['iss empty', () => ({ iss: '' })],
  ['iss as an array', (context) => ({ iss: [context.issuer.url] })],
  ['iss as an object', (context) => ({ iss: { url: context.issuer.url } })],
  ['iss in capitals', (context) => ({ iss: context.issuer.url.toUpperCase() })],
  ['iss with a trailing slash', (context) => ({ iss: `${context.issuer.url}/` })],
  ['iss without its port', (context) => ({ iss: context.issuer.url.replace(/:\d+$/, '') })],
  ['iss with a user', (context) => ({ iss: context.issuer.url.replace('//', '//user@') })],
  ['an issuer that nobody trusts', (context) => ({ iss: context.trap.url })],
  ['iss __proto__', () => ({ iss: '__proto__' })],
];

/** Of whom it speaks and which token it is (RFC 9068 §2.2), and what it allows. */
const identity: readonly Row[] = [
  ['sub absent', () => ({ sub: undefined })],
  ['sub empty', () => ({ sub: '' })],
  ['sub a number', () => ({ sub: 7 })],
  ['sub null', () => ({ sub: null })],
  ['sub an array', () => ({ sub: ['alice'] })],
  ['sub an object', () => ({ sub: { toString: 'alice' } })],
  ['sub with line breaks and a terminal command', () => ({ sub: 'alice\r\n\u001b[31m' })],
  ['sub with half a surrogate pair', () => ({ sub: 'alice\ud800' })],
  ['sub of 256 characters', () => ({ sub: 'a'.repeat(256) })],
  ['jti absent', () => ({ jti: undefined })],
  ['jti empty', () => ({ jti: '' })],
  ['jti a number', () => ({ jti: 7 })],
  ['jti an array', () => ({ jti: ['a'] })],
  ['client_id a number', () => ({ client_id: 7 })],
  ['sid an object', () => ({ sid: {} })],
  ['no scope claim', () => ({ service_scopes: undefined, scope: undefined })],
  ['scopes as an object', ({ route }) => ({ service_scopes: { [route.scopes[0] ?? '']: true }, scope: undefined })],
  ['scopes as text where an array belongs', ({ route }) => ({ service_scopes: route.scopes.join(' ') })],
  ['scopes nested', ({ route }) => ({ service_scopes: [route.scopes], scope: undefined })],
  ['a number among the scopes', ({ route }) => ({ service_scopes: [...route.scopes, 7], scope: undefined })],
  ['scope a number', () => ({ service_scopes: undefined, scope: 7 })],
  ['scope an array', ({ route }) => ({ service_scopes: undefined, scope: route.scopes })],
  ['scope true', () => ({ service_scopes: undefined, scope: true })],
  ['scope null', () => ({ service_scopes: undefined, scope: null })],
  ['two scope claims that contradict', ({ route }) => ({ scope: [...route.scopes, 'more'].join(' ') })],
  ['act a string', () => ({ act: 'order' })],
  ['act a list of actors', () => ({ act: [{ sub: 'order' }] })],
  ['act null', () => ({ act: null })],
  ['act without sub', () => ({ act: { iss: 'https://issuer.example' } })],
  ['act with an earlier actor without sub', () => ({ act: { sub: 'payment', act: {} } })],
  ['a binding to a key, as a plain Bearer', () => ({ cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } })],
  ['a binding to a certificate', () => ({ cnf: { 'x5t#S256': '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } })],
  ['a binding of an unknown kind', () => ({ cnf: { unheard: 'of' } })],
  ['an empty binding', () => ({ cnf: {} })],
];

/** Another kind of token, though the same issuer signed it (RFC 9068 §2.1, RFC 8725 §3.11). */
const types: readonly (readonly [name: string, typ: unknown])[] = [
  ['no typ', undefined],
  ['an ID token', 'JWT'],
  ['a refresh token', 'rt+jwt'],
  ['a logout token', 'logout+jwt'],
  ['a status list', 'statuslist+jwt'],
  ['a security event', 'secevent+jwt'],
  ['a security event as a full media type', 'application/secevent+jwt'],
  ['a DPoP proof', 'dpop+jwt'],
  ['a typ with a parameter', 'at+jwt; v=1'],
  ['a typ with a space', ' at+jwt'],
  ['a typ in an array', ['at+jwt']],
];

/** What a conforming issuer may write in more than one way. */
const sound: readonly Row[] = [
  ['aud as one string', (context) => ({ aud: context.audience })],
  ['this service beside others in aud', (context) => ({ aud: ['sibling.service', context.audience] })],
  ['expired 9 s ago, within the skew', () => ({ iat: now() - 100, exp: now() - 9 })],
  ['iat 8 s ahead, within the skew', () => ({ iat: now() + 8, exp: now() + 100 })],
  ['nbf 8 s ahead, within the skew', () => ({ nbf: now() + 8 })],
  ['a life of 900 s', () => ({ iat: now(), exp: now() + 900 })],
  ['the scopes as an array only', () => ({ scope: undefined })],
  ['the scopes as text only', () => ({ service_scopes: undefined })],
  ['an actor, and one before it', () => ({ act: { sub: 'payment', act: { sub: 'order' } } })],
  ['a claim that nobody knows', () => ({ unheard: { of: [true] } })],
];

/** `typ` is compared as a media type (RFC 7515 §4.1.9): `application/` may be left out, and case does not matter. */
const soundTypes = ['AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].map(
  (typ) => [`the typ ${typ}`, typ] as const,
);

export const claims: Family = {
  name: 'claims',
  attacks: [
    ...[...lifetime, ...audience, ...issuer, ...identity].map((row) => withClaims('T', row)),
    ...types.map((row) => withType('T', row)),
    ...sound.map((row) => withClaims('A', row)),
    ...soundTypes.map((row) => withType('A', row)),
  ],
};

function withType(expected: 'A' | 'T', [name, typ]: readonly [string, unknown]): Attack {
  return { name, expected, attack: ({ mint }) => bearer(mint({ header: { typ } })) };
}

function withClaims(expected: 'A' | 'T', [name, change]: Row): Attack {
  return { name, expected, attack: (context) => bearer(context.mint({ claims: change(context) })) };
}
