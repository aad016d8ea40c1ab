import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Attack, AttackContext, setTrap, type Trap, tryAttack } from './index.js';

const attack: Attack = { name: 'no credentials', expected: 'N', attack: () => ({ headers: [] }) };
const refusal = {
  type: 'urn:waybill:problem:credentials_missing',
  title: 'Credentials are missing',
  status: 401,
  detail: 'Send an access token in the Authorization header, as "Bearer" (RFC 6750 §2.1).',
  instance: '/orders',
  code: 'credentials_missing',
  decisionId: '1',
};
const fields = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
  'www-authenticate': 'Bearer realm="order.service"',
};

describe('an attack counts as', () => {
  let server: Server;
  let trap: Trap;

  beforeEach(async () => {
    trap = await setTrap();
  });

  afterEach(async () => {
    server.close();
    await trap.close();
  });

  async function tryOn(listener: RequestListener, tried = attack) {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const route = { method: 'GET', path: '/orders', scopes: ['order.read'] };
    return tryAttack(tried, new AttackContext({ origin, audience: 'order.service', route, trap }));
  }
  const answering =
    (status: number, headers: object, body: object): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers as never).end(JSON.stringify(body));

  test('withstood where status, challenge and body are the expected ones', async () => {
    expect(await tryOn(answering(401, fields, refusal))).toEqual({ result: 'withstood' });
  });

  test.each<[string, RequestListener]>([
    ['status 200', answering(200, fields, refusal)],
    ['challenge Bearer', answering(401, { ...fields, 'www-authenticate': 'Bearer realm="other"' }, refusal)],
    ['the answer may be cached', answering(401, { ...fields, 'cache-control': 'private' }, refusal)],
    ['content type', answering(401, { ...fields, 'content-type': 'application/json' }, refusal)],
    ['body', answering(401, fields, { ...refusal, hint: 'the token has expired' })],
    ['no decisionId', answering(401, fields, { ...refusal, decisionId: undefined })],
    ['closed without an answer', (request) => request.socket.destroy()],
  ])('failed where there is something wrong: %s', async (complaint, listener) => {
    expect(await tryOn(listener)).toEqual({ result: 'failed', because: expect.stringContaining(complaint) });
  });

  test('failed where the service asks an address that the token names, however it answers', async () => {
    const curious: RequestListener = async (request, response) => {
      await fetch(trap.url);
      answering(401, fields, refusal)(request, response);
    };
    expect(await tryOn(curious)).toMatchObject({ result: 'failed', because: expect.stringContaining('asked') });
  });

  test('failed unless exactly one of the requests passes, where one must', async () => {
    const twice: Attack = { ...attack, onePasses: true, attack: () => [{ headers: [] }, { headers: [] }] };
    expect(await tryOn(answering(401, fields, refusal), twice)).toMatchObject({
      because: '0 of 2 were let through instead of one',
    });
  });

  test('skipped where it needs what is not in hand', async () => {
    const needy: Attack = { ...attack, attack: ({ mint }) => ({ headers: [['Authorization', mint()]] }) };
    expect(await tryOn(answering(401, fields, refusal), needy)).toEqual({
      result: 'skipped',
      because: "it needs the issuer's keys",
    });
  });
});
