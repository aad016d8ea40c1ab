import type { INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionEvent } from '../../observe/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/index.js';
import { adapters, exchange, startGuarded } from '../guarded-service.fixture.js';

const audience = 'order.service';

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('behind trusted proxies on %s', (adapter) => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;
  const decisions: DecisionEvent[] = [];

  beforeAll(async () => {
    issuer = await createTestIssuer();
    ({ app, url } = await startGuarded(adapter, {
      issuers: [{ issuer: issuer.url, audience }],
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8:f::/48'],
      onDecision: (event) => void decisions.push(event),
    }));
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  const send = (range: string, ...forwardedFor: string[]) => {
    const token = issuer.token({ audience, claims: { cnf: { client_address: range } } });
    const fields = forwardedFor.flatMap((value) => ['x-forwarded-for', value]);
    return exchange(`${url}/whoami`, ['authorization', `Bearer ${token}`, ...fields]);
  };

  test.each<[string, string, string[]]>([
    ['the address that the proxy names', '203.0.113.7/32', ['203.0.113.7']],
    ['the same in IPv6 form', '203.0.113.7/32', ['::ffff:203.0.113.7']],
    ['a range around it', '203.0.113.0/24', ['203.0.113.7']],
    ['a range of IPv6 around it', '2001:db8:1:2::/64', ['2001:DB8:1:2::9']],
    ['the address that the first of three proxies names', '203.0.113.7/32', ['203.0.113.7', '2001:db8:f::1, 10.0.0.2']],
    ['the address that the proxy names with a port', '203.0.113.7/32', ['203.0.113.7:4711']],
    ['the address that the proxy names in brackets', '2001:db8:1:2::9/128', ['[2001:db8:1:2::9]:4711']],
    ['the proxy, which names nobody', '127.0.0.1/32', []],
  ])('takes a token that is bound to %s', async (_, range, forwardedFor) => {
    expect((await send(range, ...forwardedFor)).status).toBe(200);
  });

  test.each<[string, string, string[]]>([
    ['the proxy, for what comes through it', '127.0.0.1/32', ['203.0.113.7']],
    ['what the client wrote before the proxy', '203.0.113.7/32', ['203.0.113.7, 198.51.100.1']],
    ['what the client wrote in a field of its own', '203.0.113.7/32', ['203.0.113.7', '198.51.100.1']],
    ['what stands left of a malformed entry', '203.0.113.7/32', ['203.0.113.7, unknown, 10.0.0.2']],
    ['a neighbour', '203.0.113.6/32', ['203.0.113.7']],
  ])('refuses a token that is bound to %s', async (_, range, forwardedFor) => {
    const answer = await send(range, ...forwardedFor);
    expect(answer).toMatchObject({ status: 401, challenge: `Bearer realm="${audience}", error="invalid_token"` });
    expect(decisions.at(-1)).toMatchObject({ code: 'invalid_token', reason: 'client_address.other', subject: 'alice' });
    expect(JSON.stringify(decisions.at(-1))).not.toContain('203.0.113');
  });
});

test('says once where X-Forwarded-For comes from who is no trusted proxy and a token is bound to an address', async () => {
  const lines: unknown[] = [];
  const logger = { log() {}, error() {}, warn: (line: unknown) => lines.push(line) };
  const issuer = await createTestIssuer();
  const options = { issuers: [{ issuer: issuer.url, audience }], trustedProxies: ['10.0.0.0/8'] };
  const { app, url } = await startGuarded('Express', options, undefined, { logger });
  const warnings = () => lines.filter((line) => String(line).includes('X-Forwarded-For'));
  const send = (cnf: object | undefined, ...fields: string[]) => {
    const token = issuer.token({ audience, claims: { cnf } });
    return exchange(`${url}/whoami`, ['authorization', `Bearer ${token}`, ...fields]);
  };
  const [bound, forwarded] = [{ client_address: '127.0.0.1/32' }, ['x-forwarded-for', '203.0.113.7']];
  await send(undefined, ...forwarded);
  await send(bound);
  expect(warnings()).toEqual([]);
  for (let request = 0; request < 3; request += 1) expect((await send(bound, ...forwarded)).status).toBe(200);
  expect(warnings()).toEqual([
    'X-Forwarded-For comes from 127.0.0.1, which is no trusted proxy, so that a token is held to that address. Where it is a proxy of yours, name it in trustedProxies of ServiceAuthModule.',
  ]);
  await app.close();
  await issuer.close();
});

test.each([['10.0.0.0/33'], ['proxy.example'], ['']])('refuses %j as a proxy', async (proxy) => {
  const issuers = [{ issuer: 'https://auth.example.com', audience }];
  await expect(startGuarded('Express', { issuers, trustedProxies: [proxy] })).rejects.toThrow(
    'trustedProxies must be addresses or ranges of them, e.g. ["10.0.0.0/8", "::1"].',
  );
});
