import type { RequestListener } from 'node:http';
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '../test-issuer.js';

/** Each failure serves the true key set where it can, so that whoever is lenient lets the tokens through. */
const failures = {
  'answers 500': (issuer) => (_, response) => response.writeHead(500).end(JSON.stringify(issuer.keySet)),
  'never answers': () => () => undefined,
  'stops in the middle': (issuer) => (_, response) => response.writeHead(200).write(JSON.stringify(issuer.keySet)),
  redirects: (issuer) => (request, response) =>
    request.url?.endsWith('?moved')
      ? response.writeHead(200).end(JSON.stringify(issuer.keySet))
      : response.writeHead(302, { location: `${issuer.url}${request.url}?moved` }).end(),
  'sends 10 MB': (issuer) => (_, response) =>
    response.writeHead(200).end(JSON.stringify({ padding: 'x'.repeat(10_000_000), ...issuer.keySet })),
  'sends HTML': () => (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
  'sends an empty set': () => (_, response) => response.writeHead(200).end('{"keys":[]}'),
  'lists symmetric keys only':
    ({ key: { kid } }) =>
    (_, response) =>
      response
        .writeHead(200)
        .end(JSON.stringify({ keys: [{ kty: 'oct', kid, k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' }] })),
} as const satisfies Record<string, (issuer: TestIssuer) => RequestListener>;

/** The ways in which a key server fails. */
export type KeyServerFailure = keyof typeof failures | 'is away';

/** Every way in which a key server fails. */
export const keyServerFailures = [...Object.keys(failures), 'is away'] as KeyServerFailure[];

/** Issuers with sound keys whose key servers fail, always. The service must trust all of them. */
export type BrokenIssuers = Readonly<Record<KeyServerFailure, TestIssuer>>;

/** Starts one issuer for each way to fail; given a port, on that port and the ones after it. */
export async function createBrokenIssuers(
  place: Pick<TestIssuerOptions, 'host' | 'port'> = {},
): Promise<BrokenIssuers> {
  const started = keyServerFailures.map(async (failure, index) => [
    failure,
    await createBroken(failure, { ...place, ...(place.port !== undefined && { port: place.port + index }) }),
  ]);
  return Object.fromEntries(await Promise.all(started));
}

async function createBroken(failure: KeyServerFailure, options: TestIssuerOptions): Promise<TestIssuer> {
  const issuer = await createTestIssuer(options);
  if (failure === 'is away') await issuer.close();
  else issuer.answerKeySetWith(failures[failure](issuer));
  return issuer;
}

/** Closes those that are not away already. */
export async function closeBrokenIssuers({ 'is away': _, ...others }: BrokenIssuers): Promise<void> {
  await Promise.all(Object.values(others).map((issuer) => issuer.close()));
}
