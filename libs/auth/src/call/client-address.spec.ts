import { Controller, type INestApplication, Post, Req, type Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Authenticated } from '../guard/declare/access.decorators.js';
import { Sensitive } from '../guard/declare/sensitive.decorator.js';
import { adapters, exchange, startGuarded } from '../guard/guarded-service.fixture.js';
import { fieldValues, type HttpRequest } from '../guard/receive/http-request.js';
import { memoryReplayStore, RequestKey, signRequest } from '../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../testing/index.js';
import { ServiceClient } from './service-client.js';

const [order, payment, ledger] = ['order.service', 'payment.service', 'ledger.service'];
const audience = [order, payment, ledger];
const keys = ['order', 'payment', 'ledger'].map((caller) => ({
  caller,
  id: 'k1',
  secret: `the secret of ${caller}, of more than thirty-two bytes`,
}));

/** What was seen of each request at the last two services: where its client is said to be. */
const seen: Record<string, string[]> = {};

@Controller('orders')
class Order {
  constructor(private readonly services: ServiceClient) {}

  @Post()
  @Authenticated()
  async place() {
    return (await this.services.to(payment).request({ method: 'POST', path: '/payments' })).body;
  }
}

@Controller('payments')
class Payment {
  constructor(private readonly services: ServiceClient) {}

  @Post()
  @Authenticated()
  @Sensitive({ signature: { callers: ['order'] } })
  async pay(@Req() request: HttpRequest) {
    seen.payment = fieldValues(request, 'client-address');
    return (await this.services.to(ledger).request({ method: 'POST', path: '/entries' })).body;
  }
}

@Controller('entries')
class Ledger {
  @Post()
  @Authenticated()
  enter(@Req() request: HttpRequest) {
    seen.ledger = fieldValues(request, 'client-address');
    return { entered: true };
  }
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('the address of a client, over %s', (adapter) => {
  const apps: INestApplication[] = [];
  const urls: Record<string, string> = {};
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const start = async (name: string, controller: Type, more: object = {}) => {
      const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
      const options = {
        issuers: [{ issuer: issuer.url, audience: `${name}.service` }],
        signatures: { caller: name, keys, replayStore, addressVouchers: ['payment'] },
        ...more,
      };
      const { app, url } = await startGuarded(adapter, options, [controller]);
      apps.push(app);
      urls[name] = url;
      return { targets: [{ audience: `${name}.service`, url, sign: true }] };
    };
    const toLedger = await start('ledger', Ledger);
    const toPayment = await start('payment', Payment, toLedger);
    await start('order', Order, { ...toPayment, trustedProxies: ['127.0.0.1'] });
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await issuer.close();
  });

  const tokenFor = (range?: string) =>
    issuer.token({ audience, claims: range === undefined ? {} : { cnf: { client_address: range } } });
  const placeOrder = (token: string) => {
    const fields = ['authorization', `Bearer ${token}`, 'x-forwarded-for', '203.0.113.7'];
    return exchange(`${urls.order}/orders`, fields, { method: 'POST' });
  };

  /** A request to the ledger as a service would sign it. */
  const enter = (token: string, fields: Record<string, string>, signed = true, more: string[] = []) => {
    const url = new URL(`${urls.ledger}/entries`);
    const message = {
      method: 'POST',
      authority: url.host,
      target: url.pathname,
      fields: { authorization: `Bearer ${token}`, ...fields },
    };
    const signature = signed ? signRequest(message, Buffer.alloc(0), new RequestKey(keys[1] as (typeof keys)[0])) : {};
    const headers = Object.entries({ ...message.fields, ...signature }).flat();
    return exchange(url.href, [...headers, ...more], { method: 'POST' });
  };

  test('travels from service to service within what is signed, where the token is bound to it', async () => {
    expect(await placeOrder(tokenFor('203.0.113.0/24'))).toMatchObject({ status: 201, body: { entered: true } });
    expect(seen).toEqual({ payment: ['203.0.113.7'], ledger: ['203.0.113.7'] });
  });

  test('travels nowhere with a token that is bound to none', async () => {
    expect((await placeOrder(tokenFor())).status).toBe(201);
    expect(seen).toEqual({ payment: [], ledger: [] });
  });

  test.each([
    ['a signed Client-Address', '203.0.113.7/32', { 'client-address': '203.0.113.7' }, true, 201],
    ['the same in IPv6 form', '203.0.113.7/32', { 'client-address': '::ffff:203.0.113.7' }, true, 201],
    ['an unsigned one, which is ignored', '203.0.113.7/32', { 'client-address': '203.0.113.7' }, false, 401],
    [
      'an unsigned one, of a client that connects itself',
      '127.0.0.1/32',
      { 'client-address': '203.0.113.7' },
      false,
      201,
    ],
    ['X-Forwarded-For', '203.0.113.7/32', { 'x-forwarded-for': '203.0.113.7' }, true, 401],
    ['no address, signed: the connection counts', '127.0.0.1/32', {}, true, 201],
    ['no address, signed: the client is elsewhere', '203.0.113.7/32', {}, true, 401],
    ['another address, signed', '203.0.113.7/32', { 'client-address': '203.0.113.8' }, true, 401],
    ['another address, signed, from the bound one', '127.0.0.1/32', { 'client-address': '203.0.113.8' }, true, 401],
    ['no address but a text, signed', '127.0.0.1/32', { 'client-address': 'here' }, true, 401],
    ['two addresses, signed', '127.0.0.1/32', { 'client-address': '127.0.0.1, 127.0.0.1' }, true, 401],
  ])('is taken from %s', async (_, range, fields, signed, status) => {
    const answer = await enter(tokenFor(range), fields, signed);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.body.code).toBe('invalid_token');
  });

  test('is not taken beside a signature that does not cover it', async () => {
    const token = tokenFor('203.0.113.7/32');
    const answer = await enter(token, {}, true, ['client-address', '203.0.113.7']);
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
  });
});
