import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, type INestApplication, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scopes } from '../guard/declare/access.decorators.js';
import { Caller } from '../guard/declare/caller.decorator.js';
import { Sensitive } from '../guard/declare/sensitive.decorator.js';
import { exchange, startGuarded } from '../guard/guarded-service.fixture.js';
import { memoryReplayStore } from '../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../testing/index.js';
import { ServiceClient } from './service-client.js';

const [order, payment] = ['order.service', 'payment.service'];
const keys = [{ caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' }];
/** As if shared: the worker that runs these tests may be less than a second old, and a store of its own would say so. */
const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };

/** Long enough that requests overtake each other, in the handler as well as between services. */
const linger = () => delay(Math.random() * 8);

@Controller('place-order')
class Order {
  constructor(private readonly client: ServiceClient) {}

  @Post()
  @Scopes('order.write')
  async place(@Caller() caller: Caller, @Body() { claimed }: { claimed: string }) {
    await linger();
    const { body } = await this.client.to(payment).request({
      method: 'POST',
      path: '/payments',
      body: { claimed, orderer: caller.subject },
      scopes: ['payment.create'],
    });
    await linger();
    return { orderer: caller.subject, paid: body };
  }
}

/** What payment was told, and whom it saw. */
const charges: { claimed: string; orderer: string; payer: string }[] = [];

@Controller('payments')
class Payment {
  @Post()
  @Scopes('payment.create')
  @Sensitive({ signature: { callers: ['order'] } })
  async charge(@Caller() caller: Caller, @Body() told: { claimed: string; orderer: string }) {
    await linger();
    charges.push({ ...told, payer: caller.subject });
    return { payer: caller.subject };
  }
}

/** Who exchanges gets each newcomer's token from the issuer, which is here and in the same process. */
const modes = [
  { authority: 'relay', callers: 10_000 },
  { authority: 'exchange', callers: 2_000 },
] as const;

describe.each(modes)('authority from order to payment, by $authority,', ({ authority, callers }) => {
  const apps: INestApplication[] = [];
  let issuer: TestIssuer;
  let url: string;

  beforeAll(async () => {
    const client = { id: 'order', secret: 'the secret of the client named order' };
    issuer = await createTestIssuer({ clients: [{ ...client, audience: payment }] });
    charges.length = 0;
    const next = await startGuarded(
      'Express',
      { issuers: [trust(payment)], signatures: { caller: 'payment', keys, replayStore } },
      [Payment],
    );
    const targets = [{ audience: payment, url: next.url, timeoutMs: 20_000, sign: true, authority }];
    const clientCredentials = { tokenUrl: issuer.tokenUrl, clientId: client.id, clientSecret: client.secret };
    const first = await startGuarded(
      'Fastify',
      { issuers: [trust(order)], signatures: { caller: 'order', keys }, targets, clientCredentials },
      [Order],
    );
    apps.push(first.app, next.app);
    url = first.url;
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await issuer.close();
  });

  const trust = (audience: string) => ({ issuer: issuer.url, audience });
  const tokenOf = (subject: string) =>
    issuer.token({ subject, audience: [order, payment], scopes: ['order.write', 'payment.create'] });

  async function placeOrder(subject: string, token: string): Promise<void> {
    const { status, body } = await exchange(
      `${url}/place-order`,
      ['authorization', `Bearer ${token}`, 'content-type', 'application/json'],
      { method: 'POST', body: JSON.stringify({ claimed: subject }) },
    );
    expect({ status, body }).toEqual({ status: 201, body: { orderer: subject, paid: { payer: subject } } });
  }

  test(`stays the caller’s own for ${callers} interleaved callers, new and returning`, async () => {
    const newcomers = Array.from({ length: callers }, (_, n) => `caller-${n}`);
    const tokens = new Map<string, string>();
    const waiting = newcomers.flatMap((subject, n) => (n % 10 === 9 ? [subject, `caller-${n - 9}`] : [subject]));
    const client = async () => {
      for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop()) {
        const token = tokens.get(subject) ?? tokenOf(subject);
        tokens.set(subject, token);
        await placeOrder(subject, token);
      }
    };
    await Promise.all(Array.from({ length: 200 }, client));
    expect(charges.filter(({ claimed, orderer, payer }) => claimed !== payer || orderer !== payer)).toEqual([]);
    expect(new Set(charges.map(({ payer }) => payer)).size).toBe(newcomers.length);
    expect(charges.length).toBe(newcomers.length * 1.1);
    expect(issuer.tokenRequests).toBe(authority === 'exchange' ? callers : 0);
  }, 120_000);
});
