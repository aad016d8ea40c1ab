import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, type INestApplication, Post, Put } from '@nestjs/common';
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
const linger = () => delay(Math.random() * 5);

/** In one request the caller's authority and the service's own, side by side and in either order. */
@Controller('place-order')
class Order {
  constructor(private readonly services: ServiceClient) {}

  @Post()
  @Scopes('order.write')
  async place(@Caller() { subject }: Caller) {
    const relay = async () => {
      await linger();
      return this.services.to(payment).request({ method: 'POST', path: '/payments', body: { expected: subject } });
    };
    const settle = async () => {
      await linger();
      return this.services.asService(payment).request({ method: 'PUT', path: '/fence', body: { expected: 'order' } });
    };
    const [first, second] = Math.random() < 0.5 ? [relay, settle] : [settle, relay];
    const answers = [...(await Promise.all([first(), second()])), await settle(), await relay()];
    return answers.map(({ status }) => status);
  }
}

/** Whom payment saw, and whom it should have seen. */
const seen: { route: string; expected: string; subject: string }[] = [];

@Controller()
class Payment {
  @Post('payments')
  @Scopes('payment.create')
  @Sensitive({ signature: { callers: ['order'] } })
  charge(@Caller() { subject }: Caller, @Body() { expected }: { expected: string }) {
    seen.push({ route: 'payments', expected, subject });
    return {};
  }

  @Put('fence')
  @Scopes('payment.settle')
  @Sensitive({ signature: { callers: ['order'] } })
  fence(@Caller() { subject }: Caller, @Body() { expected }: { expected: string }) {
    seen.push({ route: 'fence', expected, subject });
    return {};
  }
}

describe('the caller’s authority and the service’s own', () => {
  const apps: INestApplication[] = [];
  let issuer: TestIssuer;
  let url: string;

  beforeAll(async () => {
    const secret = 'the secret of the client named order';
    issuer = await createTestIssuer({ clients: [{ id: 'order', secret, audience: payment }] });
    const trust = (audience: string) => [{ issuer: issuer.url, audience }];
    const next = await startGuarded(
      'Express',
      { issuers: trust(payment), signatures: { caller: 'payment', keys, replayStore } },
      [Payment],
    );
    const serviceScopes = ['payment.settle'];
    const first = await startGuarded(
      'Fastify',
      {
        issuers: trust(order),
        signatures: { caller: 'order', keys },
        targets: [{ audience: payment, url: next.url, timeoutMs: 20_000, sign: true, serviceScopes }],
        clientCredentials: { tokenUrl: issuer.tokenUrl, clientId: 'order', clientSecret: secret },
        requestTimeoutMs: 60_000,
      },
      [Order],
    );
    apps.push(first.app, next.app);
    url = first.url;
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await issuer.close();
  });

  test('never stand in for one another, for two thousand callers and a job beside them', async () => {
    const callers = Array.from({ length: 2000 }, (_, n) => `caller-${n}`);
    const waiting = [...callers];
    const client = async () => {
      for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop()) {
        const token = issuer.token({ subject, audience: [order, payment], scopes: ['order.write', 'payment.create'] });
        const answer = await exchange(`${url}/place-order`, ['authorization', `Bearer ${token}`], { method: 'POST' });
        expect(Object.values(answer.body).sort()).toEqual([200, 200, 201, 201]);
      }
    };
    const services = apps[0]?.get(ServiceClient);
    let jobs = 0;
    const job = async () => {
      for (; waiting.length > 0; jobs += 1) {
        await services?.asService(payment).request({ method: 'PUT', path: '/fence', body: { expected: 'order' } });
        await linger();
      }
    };
    await Promise.all([...Array.from({ length: 50 }, client), job()]);
    expect(seen.filter(({ expected, subject }) => expected !== subject)).toEqual([]);
    expect(seen.filter(({ route }) => route === 'payments')).toHaveLength(callers.length * 2);
    expect(seen.filter(({ route }) => route === 'fence')).toHaveLength(callers.length * 2 + jobs);
    expect(jobs).toBeGreaterThan(0);
    expect(issuer.tokenRequests).toBe(1);
  }, 120_000);

  test('are refused where the other would be needed', async () => {
    const services = apps[0]?.get(ServiceClient);
    const charge = services?.asService(payment).request({ method: 'POST', path: '/payments', body: {} });
    await expect(charge).rejects.toMatchObject({ name: 'HopMisconfigured', reason: 'hop.insufficient_scope' });
    const fence = services?.to(payment).request({ method: 'PUT', path: '/fence', body: {} });
    await expect(fence).rejects.toThrow('There is no caller whose authority could travel');
  });
});
