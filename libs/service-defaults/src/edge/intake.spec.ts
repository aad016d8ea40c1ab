import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerTo, ask } from '../sample/clients.js';
import { type SampleProcess, startSample } from '../sample/sample-process.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
});
afterAll(() => issuer.close());

describe.each(testDatabases())('on the $kind database', ({ kind, create }) => {
  let database: TestDatabase;
  let service: SampleProcess;
  let agent: Agent;

  beforeEach(async () => {
    database = await create();
    agent = new Agent({ keepAlive: true });
  });
  afterEach(async () => {
    agent.destroy();
    service.child.kill('SIGKILL');
    await service.ended;
    await database.drop();
  });

  async function start(variables: NodeJS.ProcessEnv = {}): Promise<void> {
    const place = { TOKEN_ISSUER: issuer.url, DATABASE_URL: database.url, WAYBILL_DATA_DIR: database.folder };
    service = await startSample({ ...place, ...variables });
    await vi.waitFor(async () => expect(await ask(`${service.url}/health/ready`)).toBe('200'), { timeout: 60_000 });
  }

  test('answers 2,000 requests at once in full or with 503, stays healthy, and serves as before', async () => {
    await start();
    const health: string[] = [];
    const over = new AbortController();
    const watching = watchHealth(service.url, health, over.signal);
    const flood = Array.from({ length: 2_000 }, (_, n) => {
      if (n % 4 === 0) return answerTo(`${service.url}/baskets`, agent, basket);
      return answerTo(service.url + (n % 4 === 1 ? '/slow' : '/queried'), agent);
    });
    const answers = await Promise.all(flood);
    over.abort();
    await watching;

    const refused = answers.filter(({ outcome }) => outcome === '503');
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['200', '201', '503']));
    for (const { headers, body } of refused) {
      expect(JSON.parse(body)).toMatchObject({ code: 'overloaded', status: 503 });
      expect(headers).toMatchObject({
        'retry-after': expect.stringMatching(/^[12]$/),
        'content-type': expect.stringContaining('application/problem+json'),
        'x-request-id': expect.any(String),
      });
    }
    expect(new Set(health)).toEqual(new Set(['200']));
    expect(service.out().match(/overloaded: requests are refused/g)?.length).toBeLessThan(10);
    expect(service.out().match(/"path":"\/(slow|queried|baskets)","status":503/g)).toBeNull();
    const later = await Promise.all(Array.from({ length: 256 }, () => ask(`${service.url}/slow`, agent)));
    expect(new Set(later)).toEqual(new Set(['200']));
  }, 120_000);

  test.runIf(kind === 'postgres')(
    'counts a request whose client has left until its work is done, and then no longer',
    async () => {
      await start({ MAX_CONCURRENT_REQUESTS: '2' });
      for (let round = 0; round < 3; round++) {
        await Promise.all([abandon(`${service.url}/slow`), abandon(`${service.url}/slow`)]);
        expect(await ask(`${service.url}/named/x`, agent)).toBe('503');
        await vi.waitFor(async () => expect(await ask(`${service.url}/named/x`, agent)).toBe('200'), {
          timeout: 10_000,
        });
      }
    },
  );

  test.runIf(kind === 'postgres')(
    'counts a request no longer whose client has left in the middle of its body',
    async () => {
      await start({ MAX_CONCURRENT_REQUESTS: '1' });
      const { socket } = await halfABody(service.url);
      expect(await ask(`${service.url}/named/x`, agent)).toBe('503');
      socket?.destroy();
      await vi.waitFor(async () => expect(await ask(`${service.url}/named/x`, agent)).toBe('200'), { timeout: 10_000 });
    },
  );
});

const basket = JSON.stringify({ items: [{ sku: 'BOOK-1', quantity: 1 }], currency: 'EUR' });

async function watchHealth(url: string, seen: string[], over: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  while (!over.aborted) {
    seen.push(await ask(`${url}/health/live`, agent), await ask(`${url}/health/ready`, agent));
    await sleep(20);
  }
  agent.destroy();
}

/** Asks, and leaves before the answer. */
async function abandon(url: string): Promise<void> {
  const asked = get(url);
  asked.on('error', () => undefined);
  await sleep(150);
  asked.destroy();
}

/** Sends the head of a request and half of what it announced. */
async function halfABody(url: string) {
  const asked = get(`${url}/baskets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': basket.length },
  });
  asked.on('error', () => undefined);
  asked.write(basket.slice(0, 10));
  await sleep(200);
  return asked;
}
