import { audience, headerOf, issuerOf, type Signer, signAs } from './issuer.js';

/** A value that is a point in time: so many seconds from now. */
export interface FromNow {
  readonly fromNow: number;
  /** How it is written: as whole seconds unless told otherwise. */
  readonly as?: 'text' | 'milliseconds' | 'fraction' | 'list';
}

/** What becomes of one member of the header or the claims: a new value, or none (`undefined`). */
export type MemberEdit = readonly [name: string, value: unknown];

/** What becomes of the text of a segment before it is signed: a change that its author made. */
export type TextEdit = readonly [kind: keyof typeof textEdits, argument: string];

/** What becomes of the token after it was signed: a change on its way. */
export type WireEdit = readonly [kind: keyof typeof wireEdits, position: number, argument: string];

/** A token and all that is odd about it. With no edit at all it is what a conforming issuer emits (RFC 9068). */
export interface Specimen {
  readonly signer: Signer;
  readonly header: readonly MemberEdit[];
  readonly claims: readonly MemberEdit[];
  readonly headerText: readonly TextEdit[];
  readonly claimsText: readonly TextEdit[];
  readonly wire: readonly WireEdit[];
}

type TextChange = (text: Buffer, argument: string) => Buffer;
type WireChange = (token: string, at: number, argument: string) => string;

const textEdits = {
  /** Bytes before or after the text, as latin1. */
  before: (text: Buffer, bytes: string) => Buffer.concat([Buffer.from(bytes, 'latin1'), text]),
  after: (text: Buffer, bytes: string) => Buffer.concat([text, Buffer.from(bytes, 'latin1')]),
  /** JSON members before the first, written out; a twin of one that is there may be spelled otherwise. */
  members: (text: Buffer, members: string) => inside(text, (json) => json.replace('{', () => `{${members},`)),
  lastMembers: (text: Buffer, members: string) => inside(text, (json) => json.replace(/\}$/, () => `,${members}}`)),
  /** Another spelling of the same JSON: an escape, or white space. */
  escaped: (text: Buffer, name: string) =>
    inside(text, (json) => json.replace(`"${name}":`, `"${[...name].map(asEscape).join('')}":`)),
  spaced: (text: Buffer, blank: string) => inside(text, (json) => json.replaceAll(/(?<="):|,(?=")/g, `$&${blank}`)),
  /** Something else altogether. */
  whole: (_: Buffer, text: string) => Buffer.from(text),
  list: (text: Buffer) => inside(text, (json) => `[${json}]`),
} satisfies Readonly<Record<string, TextChange>>;

const wireEdits = {
  insert: (token: string, at: number, characters: string) => token.slice(0, at) + characters + token.slice(at),
  replace: (token: string, at: number, characters: string) =>
    token.slice(0, at) + characters + token.slice(at + characters.length),
  remove: (token: string, at: number) => token.slice(0, at) + token.slice(at + 1),
  cut: (token: string, at: number) => token.slice(0, at),
  /** The nth segment alone. */
  segment: (token: string, at: number, content: string) => segments(token, at, () => content),
  padded: (token: string, at: number) => segments(token, at, (each) => each.padEnd(each.length + 1, '=')),
  respelled: (token: string, at: number) => segments(token, at, nextCharacter),
  base64: (token: string, at: number) => segments(token, at, (each) => each.replaceAll('-', '+').replaceAll('_', '/')),
  doubled: (token: string, at: number) => segments(token, at, (each) => `${each}.${each}`),
  dropped: (token: string, at: number) =>
    token
      .split('.')
      .filter((_, index) => index !== at % 3)
      .join('.'),
  json: (token: string) => asJson(token),
  der: (token: string) => segments(token, 2, derOf),
} satisfies Readonly<Record<string, WireChange>>;

/** The kinds of edit, for whoever makes them up. */
export const wireEditKinds = Object.keys(wireEdits) as readonly WireEdit[0][];

/** Makes the token of a specimen, as it is when it leaves its author. */
export function mint({ signer, header, claims, headerText, claimsText }: Specimen, now: number): string {
  const input = [
    written(edited(headerOf(signer), header, now), headerText),
    written(edited(soundClaims(signer, now), claims, now), claimsText),
  ].join('.');
  return `${input}.${signAs(signer, input).toString('base64url')}`;
}

/** Makes of a token what arrives of it. */
export function deliver(token: string, { wire }: Specimen): string {
  const change: Readonly<Record<string, WireChange>> = wireEdits;
  return wire.reduce(
    (each, [kind, at, argument]) => change[kind]?.(each, at % (each.length + 1), argument) ?? each,
    token,
  );
}

function soundClaims(signer: Signer, now: number): Record<string, unknown> {
  return {
    iss: issuerOf(signer),
    sub: 'alice',
    aud: [audience],
    client_id: 'shop',
    iat: now,
    exp: now + 300,
    jti: 'token-1',
    sid: 'session-1',
    service_scopes: ['order.read'],
    scope: 'order.read',
  };
}

function edited(members: object, edits: readonly MemberEdit[], now: number): object {
  return Object.fromEntries([
    ...Object.entries(members).filter(([name]) => !edits.some(([edit]) => edit === name)),
    ...edits.map(([name, value]) => [name, isFromNow(value) ? instant(value, now) : value]),
  ]);
}

function isFromNow(value: unknown): value is FromNow {
  return typeof value === 'object' && value !== null && 'fromNow' in value;
}

function instant({ fromNow, as }: FromNow, now: number): unknown {
  const seconds = now + fromNow;
  if (as === 'text') return String(seconds);
  if (as === 'milliseconds') return seconds * 1000;
  if (as === 'fraction') return seconds + 0.5;
  return as === 'list' ? [seconds] : seconds;
}

function written(value: object, edits: readonly TextEdit[]): string {
  const edit: Readonly<Record<string, TextChange>> = textEdits;
  const json: Buffer = Buffer.from(JSON.stringify(value));
  const text = edits.reduce((each, [kind, argument]) => edit[kind]?.(each, argument) ?? each, json);
  return text.toString('base64url');
}

function inside(text: Buffer, change: (json: string) => string): Buffer {
  return Buffer.from(change(text.toString('latin1')), 'latin1');
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function segments(token: string, at: number, change: (segment: string) => string): string {
  const all = token.split('.');
  const index = at % all.length;
  return all.map((each, position) => (position === index ? change(each) : each)).join('.');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The last character's successor: where it has spare bits, another spelling of the same bytes. */
function nextCharacter(segment: string): string {
  const last = segment.at(-1);
  return last === undefined ? segment : segment.slice(0, -1) + (alphabet[(alphabet.indexOf(last) + 1) % 64] ?? '');
}

function asJson(token: string): string {
  const [header, payload, signature] = token.split('.');
  return JSON.stringify({ payload, protected: header, signature });
}

/** An ECDSA signature as an ASN.1 sequence, as X.509 and OpenSSL write it. */
function derOf(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const half = bytes.length / 2;
  const integer = (part: Buffer) => Buffer.concat([Buffer.from([2, part.length + 1, 0]), part]);
  const content = Buffer.concat([integer(bytes.subarray(0, half)), integer(bytes.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, content.length & 0xff]), content]).toString('base64url');
}
