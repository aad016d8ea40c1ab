import type { RequestListener } from 'node:http';
import type { TestClaims } from './test-issuer.js';

/** A service that gets tokens of its own from a test issuer, with its secret in HTTP Basic (RFC 6749 §4.4). */
export interface TestClient {
  readonly id: string;
  readonly secret: string;
  /** For whom its tokens are. */
  readonly audience: string | readonly string[];
}

/** Answers client credentials with a token for the scopes that are asked for; its subject is the client. */
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
    if (form.get('grant_type') !== 'client_credentials') return answer(400, { error: 'unsupported_grant_type' });
    const scopes = form.get('scope')?.split(' ') ?? [];
    const { id, audience } = client;
    const token = mint({ subject: id, audience, scopes, expiresIn: lifetimeSeconds, claims: { client_id: id } });
    return answer(200, { access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds });
  };
}

const lifetimeSeconds = 300;

function basic({ id, secret }: TestClient): string {
  const pair = [id, secret].map((part) => new URLSearchParams([['', part]]).toString().slice(1)).join(':');
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
