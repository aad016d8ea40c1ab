import type { Expected } from './attack.js';
import type { WireAnswer } from './wire.js';

/** The answer that a refusal is, to the letter. A field that is undefined must be absent. */
interface ExpectedAnswer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What an answer may speak of: the protection space, the path of the request, the scopes that its route needs. */
export interface Occasion {
  readonly audience: string;
  readonly path: string;
  readonly scopes: readonly string[];
}

/** Says what is wrong with an answer; undefined where it is the expected one in status, challenge and body. */
export function complaintAbout(answer: WireAnswer, expected: Expected, occasion: Occasion): string | undefined {
  if (expected === 'A') return isLetThrough(answer) ? undefined : `it was refused with ${answer.status}`;
  if (expected === 'P') return answer.status === 400 ? undefined : `status ${answer.status} instead of 400`;
  const wanted = refusals[expected](occasion);
  if (answer.status !== wanted.status) return `status ${answer.status} instead of ${wanted.status}`;
  if (answer.headers['www-authenticate'] !== wanted.challenge)
    return `challenge ${answer.headers['www-authenticate']} instead of ${wanted.challenge}`;
  return (
    complaintAboutFields(answer, expected) ??
    complaintAboutBody(answer.body, { ...wanted.body, instance: occasion.path })
  );
}

/** The handler answered, and with success. */
export function isLetThrough({ status }: WireAnswer): boolean {
  return status >= 200 && status < 300;
}

/** The refusals to the letter (RFC 6750 §3, RFC 9457). Nothing in them tells one cause from another. */
const refusals: Readonly<Record<Exclude<Expected, 'A' | 'P'>, (occasion: Occasion) => ExpectedAnswer>> = {
  N: ({ audience }) => ({
    status: 401,
    challenge: `Bearer realm="${audience}"`,
    body: problem(401, 'credentials_missing', 'Credentials are missing', {
      detail: 'Send an access token in the Authorization header, as "Bearer" (RFC 6750 §2.1).',
    }),
  }),
  R: ({ audience }) => ({
    status: 400,
    challenge: `Bearer realm="${audience}", error="invalid_request"`,
    body: problem(400, 'invalid_request', 'The credentials are malformed', {
      detail: 'Send exactly one Authorization header of the form "Bearer <token>", and no token anywhere else.',
    }),
  }),
  T: ({ audience }) => ({
    status: 401,
    challenge: `Bearer realm="${audience}", error="invalid_token"`,
    body: problem(401, 'invalid_token', 'The access token is not valid', {
      detail: 'The access token is not valid for this service. Obtain a new one and try again.',
    }),
  }),
  S: ({ audience, scopes }) => ({
    status: 403,
    challenge: `Bearer realm="${audience}", error="insufficient_scope", scope="${scopes.join(' ')}"`,
    body: problem(403, 'insufficient_scope', 'The access token lacks a scope', {
      detail: `This route needs the scope${scopes.length > 1 ? 's' : ''} ${scopes.join(' ')}.`,
      scope: scopes.join(' '),
    }),
  }),
  X: ({ audience }) => ({
    status: 401,
    challenge: `Bearer realm="${audience}"`,
    body: problem(401, 'signature_invalid', 'The request signature is not valid', {
      detail: 'This request must be signed by a service that is allowed to send it (RFC 9421).',
    }),
  }),
  V: () => ({
    status: 503,
    challenge: undefined,
    body: problem(503, 'verdict_unavailable', 'The request cannot be judged just now', {
      detail: 'This service cannot check the request just now. Try again later.',
    }),
  }),
};

function problem(status: number, code: string, title: string, more: object): Record<string, unknown> {
  return { type: `urn:waybill:problem:${code}`, title, status, code, ...more };
}

function complaintAboutFields({ headers }: WireAnswer, expected: Expected): string | undefined {
  if (!headers['content-type']?.startsWith('application/problem+json'))
    return `content type ${headers['content-type']}`;
  if (headers['cache-control'] !== 'no-store') return 'the answer may be cached';
  if (expected === 'V' && !/^[1-9]\d*$/.test(headers['retry-after'] ?? '')) return 'no Retry-After';
  if (expected === 'X' && !headers['accept-signature']?.includes('"content-digest" "authorization"'))
    return 'no Accept-Signature';
  return undefined;
}

/** Bodies are the same to the letter but for the decision's id, in whatever order their members stand. */
function complaintAboutBody(text: string, wanted: Readonly<Record<string, unknown>>): string | undefined {
  const { decisionId, ...body } = parse(text);
  if (typeof decisionId !== 'string' || decisionId === '') return 'the body has no decisionId';
  return canonical(body) === canonical(wanted) ? undefined : `body ${canonical(body)} instead of ${canonical(wanted)}`;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {}; // not JSON: then it has no decisionId either
  }
}

function canonical(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
}
