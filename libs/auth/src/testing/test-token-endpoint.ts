import type { RequestListener } from 'node:http';
import type { TestClaims } from './test-token.js';

/** A service that gets tokens from a test issuer, with its secret in HTTP Basic: of its own (RFC 6749 §4.4), and by exchange (RFC 8693). */
export interface TestClient {
  readonly id: string;
  readonly secret: string;
  /** For whom its own tokens are. */
  readonly audience: string | readonly string[];
}

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const lifetimeSeconds = 300;

/**
 * Answers client credentials with a token for the scopes that are asked for, whose subject is the client; and a token that
 * was issued here with one for the audience, the scopes and the key that are asked for, of the same subject.
 */
export function testTokenEndpoint(
  clients: readonly TestClient[],
  mint: (claims: TestClaims) => string,
): RequestListener {
  return async (request, response) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const client = clients.find((candidate) => request.headers.authorization === basic(candidate));
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (!client) return answer(401, { error: 'invalid_client' });
    const claims = claimsFor(client, form);
    if (!claims) return answer(400, { error: 'unsupported_grant_type' });
    const { expiresIn } = claims;
    const type = form.get('grant_type') === tokenExchange ? { issued_token_type: accessTokenType } : {};
    return answer(200, { access_token: mint(claims), token_type: 'Bearer', expires_in: expiresIn, ...type });
  };
}

function claimsFor({ id, audience }: TestClient, form: URLSearchParams) {
  const scopes = form.get('scope')?.split(' ') ?? [];
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return { subject: id, audience, scopes, expiresIn: lifetimeSeconds, claims: { client_id: id } };
    case tokenExchange:
      return { audience: form.get('audience') ?? '', scopes, ...takenOver(id, form) };
    default:
      return undefined;
  }
}

/** The subject, the session and the end of the subject token, and who acts. */
function takenOver(client: string, form: URLSearchParams) {
  const [, claims = ''] = form.get('subject_token')?.split('.') ?? [];
  const { sub: subject, sid, exp, act } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const cnf = form.get('req_cnf');
  return {
    subject: String(subject),
    expiresIn: Math.min(lifetimeSeconds, exp - Math.floor(Date.now() / 1000)),
    claims: { client_id: client, sid, act: { sub: client, act }, ...(cnf !== null && { cnf: JSON.parse(cnf) }) },
  };
}

function basic({ id, secret }: TestClient): string {
  const pair = [id, secret].map((part) => new URLSearchParams([['', part]]).toString().slice(1)).join(':');
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
