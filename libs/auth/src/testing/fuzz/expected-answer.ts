import { audience } from './issuer.js';
import type { OracleVerdict } from './oracle.js';
import { routes } from './requests.js';

/** A request as it goes on the wire, as far as the guard is concerned. */
export interface SentRequest {
  readonly route: keyof typeof routes;
  /** The values of the Authorization header lines. */
  readonly values: readonly string[];
  /** The query, without its question mark. */
  readonly query: string;
}

/** What ought to come back. */
export interface ExpectedAnswer {
  readonly status: number;
  /** Of the problem details; none where the request is let through. */
  readonly code?: string;
  readonly challenge?: string;
}

const realm = `Bearer realm="${audience}"`;
const answers = {
  N: { status: 401, code: 'credentials_missing', challenge: realm },
  R: { status: 400, code: 'invalid_request', challenge: `${realm}, error="invalid_request"` },
  T: { status: 401, code: 'invalid_token', challenge: `${realm}, error="invalid_token"` },
  closed: { status: 403, code: 'route_unannotated' },
} as const;

const dpopRealm = `DPoP realm="${audience}"`;
const algorithms = 'algs="ES256 EdDSA Ed25519 RS256 PS256"';
/** The answers to who presents a token as bound to a key (RFC 9449 §7.1). */
const dpopAnswers = {
  R: { status: 400, code: 'invalid_request', challenge: `${dpopRealm}, error="invalid_request", ${algorithms}` },
  T: { status: 401, code: 'invalid_token', challenge: `${dpopRealm}, error="invalid_token", ${algorithms}` },
} as const;

/** A scheme (RFC 9110 §11.1: a token) and what follows it. */
const credentials = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(.*)$/s;
/** What follows "Bearer" (RFC 6750 §2.1) or "DPoP" (RFC 9449 §7.1). */
const b64token = /^ +[A-Za-z0-9._~+/-]+=*$/;

/**
 * Says what the transport rules of the attack catalogue and the design make of a request.
 * @param judge is asked for its verdict on the token where one was sent as it should be
 */
export async function expectedAnswer(
  { route, values, query }: SentRequest,
  judge: (token: string) => Promise<OracleVerdict>,
): Promise<ExpectedAnswer> {
  const { open, declared, status, scopes, match } = routes[route];
  if (open) return { status };
  const [value, ...others] = values;
  if (value === undefined) return answers.N;
  if (others.length > 0) return answers.R;
  const [, scheme = '', rest = ''] = credentials.exec(value.replace(/^[ \t]+|[ \t]+$/g, '')) ?? [];
  const bound = scheme.toLowerCase() === 'dpop';
  if (!bound && scheme.toLowerCase() !== 'bearer') return answers.N;
  const { R, T } = bound ? dpopAnswers : answers;
  if (!b64token.test(rest) || new URLSearchParams(`?${query}`).has('access_token')) return R;
  if (!declared) return answers.closed;
  // Good or not, no token of the fuzzer's is bound to a key.
  if (bound) return T;
  const verdict = await judge(rest.trim());
  if (verdict.broken !== null) return T;
  const held = scopes.filter((scope) => verdict.scopes.has(scope)).length;
  return held >= (match === 'all' ? scopes.length : 1) ? { status } : insufficient(scopes.join(' '));
}

function insufficient(scope: string): ExpectedAnswer {
  return {
    status: 403,
    code: 'insufficient_scope',
    challenge: `${realm}, error="insufficient_scope", scope="${scope}"`,
  };
}
