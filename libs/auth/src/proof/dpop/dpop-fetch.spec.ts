import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Refusal, render } from '../../refuse/index.js';
import { memoryReplayStore } from '../replay/memory.replay-store.js';
import { dpopFetch } from './dpop-fetch.js';
import { createDpopKey, readDpopKey } from './dpop-key.js';
import { DpopProofs } from './dpop-proofs.js';

const key = createDpopKey();
const nonceSecret = 'a secret of more than thirty-two bytes';
const closing: (() => unknown)[] = [];

afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

type Answering = (response: ServerResponse, verdict: Refusal | undefined, request: IncomingMessage) => unknown;

/** A server that holds each request against its proof, and counts them. */
async function start(answer: Answering = asResource, accessToken: string | undefined = 'token') {
  const seen: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    seen.push(request);
    const fields = request.headersDistinct.dpop ?? [];
    const { method = '', url: path = '' } = request;
    const given = { fields, method, path, accessToken, keyThumbprint: key.thumbprint };
    const verdict = await proofs.verify(given).then(
      () => undefined,
      (refusal: Refusal) => refusal,
    );
    answer(response, verdict, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
  const proofs = new DpopProofs({ publicUrls: [url], nonceSecret, replayStore });
  return { url, seen };
}

/** RFC 9449 §9. */
const asResource: Answering = (response, verdict) => {
  if (!verdict) return response.end('done');
  const { status, headers } = render(verdict, { realm: 'a', path: '/', decisionId: 'd' });
  return response.writeHead(status, headers).end();
};

/** RFC 9449 §8. */
const asTokenEndpoint: Answering = (response, verdict) => {
  if (!verdict) return response.end('done');
  const { headers = {}, code } = verdict.terms;
  return response.writeHead(400, headers).end(JSON.stringify({ error: code }));
};

describe('dpopFetch', () => {
  test.each([
    ['a resource', asResource],
    ['a token endpoint', asTokenEndpoint],
  ])('makes a new proof with the nonce that %s asks for, and remembers it', async (_, answer) => {
    const { url, seen } = await start(answer);
    const send = dpopFetch(key, { accessToken: 'token' });
    for (const path of ['/one', '/two?page=1']) expect(await (await send(url + path)).text()).toBe('done');
    expect(seen.map(({ url: path }) => path)).toEqual(['/one', '/one', '/two?page=1']);
    expect(seen[0]?.headers.authorization).toBe('DPoP token');
  });

  test('sends the body again with the second proof', async () => {
    const { url } = await start((response, verdict, request) =>
      verdict ? asResource(response, verdict, request) : request.pipe(response),
    );
    const send = dpopFetch(key, { accessToken: 'token' });
    expect(await (await send(url, { method: 'POST', body: 'content' })).text()).toBe('content');
  });

  test('asks once more and not for ever', async () => {
    const { url, seen } = await start((response) =>
      response.writeHead(401, { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': 'n' }).end(),
    );
    expect((await dpopFetch(key)(url)).status).toBe(401);
    expect(seen.length).toBe(2);
  });

  test('does not ask again after any other refusal, nonce or not', async () => {
    const { url, seen } = await start((response) =>
      response.writeHead(401, { 'WWW-Authenticate': 'DPoP error="invalid_token"', 'DPoP-Nonce': 'n' }).end(),
    );
    expect((await dpopFetch(key)(url)).status).toBe(401);
    expect(seen.length).toBe(1);
  });

  test('follows no redirect', async () => {
    const other = await start();
    const { url } = await start((response) => response.writeHead(307, { Location: other.url }).end());
    expect((await dpopFetch(key, { accessToken: 'token' })(url)).status).toBe(307);
    expect(other.seen).toEqual([]);
  });

  test('takes the nonce of one origin to no other', async () => {
    const [one, other] = [await start(), await start()];
    const send = dpopFetch(key, { accessToken: 'token' });
    await send(one.url);
    await send(other.url);
    expect([one.seen.length, other.seen.length]).toEqual([2, 2]);
  });
});

describe('a key for proofs', () => {
  test.each(['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'] as const)(
    'of %s can be kept, and read again',
    (algorithm) => {
      const { privateKey, thumbprint } = createDpopKey(algorithm);
      expect(readDpopKey(privateKey.export({ format: 'jwk' }), algorithm).thumbprint).toBe(thumbprint);
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
      expect(readDpopKey(String(pem), algorithm).thumbprint).toBe(thumbprint);
    },
  );

  test.each([
    ['a public key', JSON.parse(JSON.stringify(key.publicJwk))],
    ['no key', 'not a key'],
  ])('that is %s is refused, and not quoted', (_, given) => {
    expect(() => readDpopKey(given)).toThrow(/^The key for proofs is no private key/);
  });

  test('that does not fit its algorithm is refused', () => {
    expect(() => readDpopKey(key.privateKey.export({ format: 'jwk' }), 'EdDSA')).toThrow(/does not fit EdDSA/);
  });
});
