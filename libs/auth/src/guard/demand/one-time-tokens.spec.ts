import { Body, Controller, HttpCode, type INestApplication, Post, Put } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionEvent } from '../../observe/index.js';
import { SignatureKeyRing, signRequest } from '../../proof/index.js';
import { memoryUsedTokens, type UsedTokens } from '../../revoke/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../../testing/index.js';
import { Authenticated, Scopes } from '../declare/access.decorators.js';
import { Sensitive } from '../declare/sensitive.decorator.js';
import { adapters, exchange, signatures, startGuarded } from '../guarded-service.fixture.js';

const audience = 'order.service';

@Controller()
class TransferController {
  @Post('transfers')
  @HttpCode(201)
  @Scopes('order.write')
  @Sensitive({ once: true })
  transfer(@Body() body: unknown) {
    return { body };
  }

  @Put('transfers')
  @Authenticated()
  @Sensitive({ once: true })
  replace() {
    return {};
  }

  @Post('signed')
  @HttpCode(201)
  @Authenticated()
  @Sensitive({ once: true, signature: { callers: ['order'] } })
  signed() {
    return {};
  }

  @Post('ordinary')
  @HttpCode(201)
  @Authenticated()
  ordinary() {
    return {};
  }
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])(
  'a route that takes a token once, on %s',
  (adapter) => {
    let issuer: TestIssuer;
    let app: INestApplication;
    let url: string;
    let usedTokens: UsedTokens;
    const decisions: DecisionEvent[] = [];

    beforeAll(async () => {
      issuer = await createTestIssuer();
      usedTokens = { ...memoryUsedTokens(), forgetsOnRestart: false };
      const options = {
        issuers: [{ issuer: issuer.url, audience, requireJti: false }],
        usedTokens: { forgetsOnRestart: false, use: (use) => usedTokens.use(use) } satisfies UsedTokens,
        onDecision: (event: DecisionEvent) => void decisions.push(event),
      };
      ({ app, url } = await startGuarded(adapter, options, [TransferController]));
    });

    afterAll(async () => {
      await app.close();
      await issuer.close();
    });

    const tokenOf = (claims: TestClaims = {}) => issuer.token({ audience, scopes: ['order.write'], ...claims });
    const send = (token: string, more: { path?: string; method?: string; body?: string; headers?: string[] } = {}) => {
      const { path = '/transfers', method = 'POST', body = '{"to":"bob"}', headers = [] } = more;
      const fields = ['authorization', `Bearer ${token}`, 'content-type', 'application/json', ...headers];
      return exchange(url + path, fields, { method, body });
    };
    const keyed = (key: string) => ({ headers: ['idempotency-key', key] });

    test('lets it pass once, and then answers as for any token that is not valid', async () => {
      const token = tokenOf();
      expect((await send(token)).status).toBe(201);
      const again = await send(token);
      expect(again).toMatchObject({ status: 401, challenge: `Bearer realm="${audience}", error="invalid_token"` });
      expect(decisions.at(-1)?.reason).toBe('token.used');
      const expired = await send(tokenOf({ expiresIn: -60 }));
      expect({ ...again.body, decisionId: '' }).toEqual({ ...expired.body, decisionId: '' });
    });

    test('lets one of 64 requests at the same time pass', async () => {
      const token = tokenOf();
      const answers = await Promise.all(Array.from({ length: 64 }, () => send(token)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 63 }, () => 401)]);
    });

    test('lets the same request pass again where it carries the same idempotency key', async () => {
      const token = tokenOf();
      expect((await send(token, keyed('k1'))).status).toBe(201);
      expect((await send(token, keyed('k1'))).status).toBe(201);
    });

    test.each([
      ['another idempotency key', keyed('k2')],
      ['no idempotency key', {}],
      ['an empty idempotency key', keyed('')],
      ['two idempotency keys', { headers: ['idempotency-key', 'k1', 'idempotency-key', 'k1'] }],
      ['another body', { ...keyed('k1'), body: '{"to":"eve"}' }],
      ['another query', { ...keyed('k1'), path: '/transfers?dry=1' }],
      ['another method', { ...keyed('k1'), method: 'PUT' }],
      ['another route', { ...keyed('k1'), path: '/signed' }],
    ])('does not take it again with %s', async (_, other) => {
      const token = tokenOf();
      expect((await send(token, keyed('k1'))).status).toBe(201);
      expect((await send(token, other)).status).toBe(401);
      expect((await send(token, keyed('k1'))).status).toBe(201);
    });

    test('does not repeat a request whose body was not kept', async () => {
      const token = tokenOf();
      const unread = { method: 'PUT', headers: ['idempotency-key', 'k1', 'content-type', 'text/plain'], body: 'text' };
      const headers = ['authorization', `Bearer ${token}`, ...unread.headers];
      await exchange(`${url}/transfers`, headers, unread);
      expect((await exchange(`${url}/transfers`, headers, unread)).status).toBe(401);
    });

    test('does not use a token up that it refuses for another reason', async () => {
      const token = tokenOf({ scopes: [] });
      expect((await send(token)).status).toBe(403);
      expect((await send(token, { path: '/signed' })).body.code).toBe('signature_invalid');
      const fields = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const message = { method: 'POST', authority: new URL(url).host, target: '/signed', fields };
      const signingKey = new SignatureKeyRing(signatures.keys).signingKeyOf('order');
      const signed = () => Object.entries(signRequest(message, Buffer.from('{"to":"bob"}'), signingKey)).flat();
      expect((await send(token, { path: '/signed', headers: signed() })).status).toBe(201);
      expect((await send(token, { path: '/signed', headers: signed() })).body.code).toBe('invalid_token');
    });

    test('leaves a token alone on other routes', async () => {
      const token = tokenOf();
      for (const path of ['/ordinary', '/transfers', '/ordinary'])
        expect((await send(token, { path })).status).toBe(201);
    });

    test('takes no token without an id, which no record could hold', async () => {
      const token = tokenOf({ claims: { jti: undefined } });
      expect((await send(token, { path: '/ordinary' })).status).toBe(201);
      expect((await send(token)).body.code).toBe('invalid_token');
    });

    test('waits while the record cannot be reached', async () => {
      const reachable = usedTokens;
      usedTokens = { ...reachable, use: () => Promise.reject(new Error('the record is away')) };
      const token = tokenOf();
      const refused = await send(token);
      expect(refused).toMatchObject({ status: 503, body: { code: 'verdict_unavailable' } });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      usedTokens = reachable;
      expect((await send(token)).status).toBe(201);
    });
  },
);

test('without a record of its own it takes no token from before the process started', async () => {
  const issuer = await createTestIssuer();
  const { app, url } = await startGuarded('Fastify', { issuers: [{ issuer: issuer.url, audience }] }, [
    TransferController,
  ]);
  const before = Math.floor(performance.timeOrigin / 1000) - 1;
  const token = issuer.token({ audience, scopes: ['order.write'], claims: { iat: before } });
  const send = (path: string) => exchange(url + path, ['authorization', `Bearer ${token}`], { method: 'POST' });
  expect((await send('/ordinary')).status).toBe(201);
  expect((await send('/transfers')).body.code).toBe('invalid_token');
  await app.close();
  await issuer.close();
});
