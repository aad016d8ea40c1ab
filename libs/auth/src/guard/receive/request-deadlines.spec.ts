import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, type INestApplication, type MessageEvent, Post, Sse } from '@nestjs/common';
import { defer, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { remainingMs, ServiceClient, withDeadline } from '../../call/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/index.js';
import { Authenticated, Public } from '../declare/access.decorators.js';
import { adapters, exchange, startGuarded } from '../guarded-service.fixture.js';

const [first, next] = ['order.service', 'payment.service'];
/** Which requests reached the next service, and what it was told. */
const received: (string | undefined)[] = [];

@Controller()
class FirstHop {
  constructor(private readonly services: ServiceClient) {}

  @Get('left')
  @Public()
  left() {
    return { left: remainingMs() };
  }

  @Post('left')
  @Public()
  leftAfterBody(@Body() _: unknown) {
    return { left: remainingMs() };
  }

  @Sse('events')
  @Public()
  events(): Observable<MessageEvent> {
    return defer(async () => ({ data: { left: remainingMs() ?? 'any' } }));
  }

  @Get('relay')
  @Authenticated()
  relay() {
    return this.ask();
  }

  @Get('relay-briefly')
  @Authenticated()
  relayBriefly() {
    return withDeadline(150, () => this.ask());
  }

  @Get('relay-late')
  @Authenticated()
  async relayLate() {
    await delay(60);
    return this.ask();
  }

  private async ask() {
    const answer = await this.services
      .to(next)
      .request({ method: 'GET', path: '/left' })
      .catch((error: unknown) => ({ body: error }));
    return { next: answer.body };
  }
}

@Controller()
class NextHop {
  @Get('left')
  @Authenticated()
  left() {
    return { left: remainingMs() };
  }
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('a request on %s', (adapter) => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let nextApp: INestApplication;
  let url: string;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const started = await startGuarded(adapter, { issuers: [{ issuer: issuer.url, audience: next }] }, [NextHop], {
      prepare: (nest) =>
        nest.use(({ headers }: http.IncomingMessage, _: unknown, pass: () => void) => {
          received.push(headers['request-timeout-ms'] as string | undefined);
          pass();
        }),
    });
    nextApp = started.app;
    const targets = [{ audience: next, url: started.url, timeoutMs: 3000 }];
    ({ app, url } = await startGuarded(adapter, { issuers: [{ issuer: issuer.url, audience: first }], targets }, [
      FirstHop,
    ]));
  });

  afterAll(async () => {
    await Promise.all([app, nextApp].map((each) => each.close()));
    await issuer.close();
  });

  const get = async (path: string, ...limits: string[]) => {
    const token = issuer.token({ audience: [first, next] });
    const fields = limits.flatMap((limit) => ['request-timeout-ms', limit]);
    const { status, body } = await exchange(url + path, ['authorization', `Bearer ${token}`, ...fields]);
    expect(status).toBe(200);
    return body as { left: number; next: { left: number; reason?: string; sent?: boolean } };
  };
  const near = (ms: number) => ({ above: ms - 2000, most: ms });
  const expectLeft = (left: unknown, { above, most }: { above: number; most: number }) => {
    expect(left).toBeGreaterThan(above);
    expect(left).toBeLessThanOrEqual(most);
  };

  test('has ten seconds, unless told otherwise', async () => {
    expectLeft((await get('/left')).left, near(10_000));
  });

  test('has as long as its caller waits', async () => {
    expectLeft((await get('/left', '5000')).left, near(5000));
    expectLeft((await get('/left', '000100')).left, { above: -1, most: 100 });
    expect((await get('/left', '0')).left).toBe(0);
  });

  test('has no longer because its caller waits longer', async () => {
    expectLeft((await get('/left', '999999')).left, near(10_000));
  });

  test.each(['', '-1', '1.5', '1e3', '1000000', ' ', '5 s', '0x10', '٣', '100, 100'])(
    'has what it has without a limit where the limit is %j',
    async (limit) => {
      expectLeft((await get('/left', Buffer.from(limit).toString('latin1'))).left, near(10_000));
    },
  );

  test('has what it has without a limit where there are two', async () => {
    expectLeft((await get('/left', '100', '100')).left, near(10_000));
  });

  test('counts from its arrival, not from when its body was read', async () => {
    const request = http.request(`${url}/left`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 2, 'request-timeout-ms': '400' },
    });
    request.flushHeaders();
    await delay(150);
    request.end('{}');
    const body = await new Promise<string>((resolve, reject) =>
      request.once('error', reject).once('response', (answer) => answer.toArray().then((all) => resolve(all.join('')))),
    );
    expect(JSON.parse(body).left).toBeLessThan(300);
  });

  test('hands on what is left, and the next service has no longer', async () => {
    received.length = 0;
    expectLeft((await get('/relay', '1000')).next.left, { above: -1, most: 1000 });
    expectLeft(Number(received.at(-1)), { above: 0, most: 1000 });
    expect(received.at(-1)).toMatch(/^\d+$/);
  });

  test('hands on no more than its call may take', async () => {
    expectLeft((await get('/relay')).next.left, { above: 1000, most: 3000 });
    expectLeft((await get('/relay-briefly')).next.left ?? 0, { above: -1, most: 150 });
  });

  test('sends nothing on once its time has passed', async () => {
    received.length = 0;
    const late = await get('/relay-late', '50');
    expect(late.next).toMatchObject({ reason: 'deadline_passed', sent: false });
    expect((await get('/relay', '0')).next).toMatchObject({ reason: 'deadline_passed' });
    expect(received).toEqual([]);
  });

  test('has no limit where it is a stream of events, for whose end nobody waits', async () => {
    const response = await fetch(`${url}/events`, { headers: { 'request-timeout-ms': '5' } });
    expect(await response.text()).toContain('{"left":"any"}');
  });
});

test.each([0, -1, 1.5, 1_000_000, Number.NaN])('requestTimeoutMs is not %d', async (requestTimeoutMs) => {
  const issuers = [{ issuer: 'https://a.example', audience: 'a' }];
  await expect(startGuarded('Fastify', { issuers, requestTimeoutMs })).rejects.toThrow('requestTimeoutMs must be');
});

test('requestTimeoutMs is the longest that a request has', async () => {
  const issuers = [{ issuer: 'http://127.0.0.1:1', audience: first }];
  const { app, url } = await startGuarded('Fastify', { issuers, requestTimeoutMs: 700 }, [FirstHop]);
  expect((await exchange(`${url}/left`, ['request-timeout-ms', '9000'])).body.left).toBeLessThanOrEqual(700);
  await app.close();
});
