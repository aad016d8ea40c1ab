import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '@waybill/service-defaults';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type AttemptLedger, type Budget, delayAfter, type Pace, servicePace } from './attempt-ledger.js';
import { MemoryAttemptLedger } from './memory.attempt-ledger.js';
import { RedisAttemptLedger } from './redis.attempt-ledger.js';

/** The pace of the service, six hundred times as fast. */
const pace: Pace = { windowMs: 1_500, firstDelayMs: 100, longestDelayMs: 400, leaseMs: 500 };

const redisUrl = inject('redisUrl');
const redis = redisUrl === null ? undefined : connectRedis(redisUrl);
const ledgers: [string, (pace: Pace) => AttemptLedger][] = [['in memory', (of) => new MemoryAttemptLedger(of)]];
if (redis) ledgers.push(['in Redis', (of) => new RedisAttemptLedger(redis, of, `waybill-test:${randomUUID()}:`)]);

beforeAll(() => vi.waitFor(() => redis?.evaluate('return 1', [], []), 5_000));
afterAll(() => redis?.close());

describe.each(ledgers)('failed attempts, counted %s', (_, ledgerOf) => {
  const budget = (): Budget => ({ key: randomUUID(), limit: 3 });

  /** Fails so many times; answers what each of them was told. */
  async function fail(ledger: AttemptLedger, of: Budget, times: number): Promise<boolean[]> {
    const begins: boolean[] = [];
    for (let made = 0; made < times; made += 1) {
      const attempt = randomUUID();
      expect(await ledger.admit(of, attempt)).toBe('admitted');
      begins.push(await ledger.settle(of, attempt, 'failed'));
    }
    return begins;
  }

  test('cost nothing below the limit, and from there on the next one waits longer each time', async () => {
    const [ledger, of] = [ledgerOf(pace), budget()];
    await fail(ledger, of, 3);
    for (const delay of [100, 200, 400, 400]) {
      const admission = await ledger.admit(of, randomUUID());
      if (typeof admission === 'string') throw new Error(`${admission} after less than ${delay} ms`);
      expect(admission.retryAfterMs).toBeGreaterThan(delay / 2);
      expect(admission.retryAfterMs).toBeLessThanOrEqual(delay);
      await sleep(admission.retryAfterMs + 10);
      await fail(ledger, of, 1);
    }
  });

  test('of which as many are being made as may fail make the others wait, and give their places back if they succeed', async () => {
    const [ledger, of] = [ledgerOf(servicePace), budget()];
    const attempts = Array.from({ length: 64 }, () => randomUUID());
    const admissions = await Promise.all(attempts.map((attempt) => ledger.admit(of, attempt)));
    expect(admissions.filter((admission) => admission === 'admitted')).toHaveLength(3);
    expect(admissions.filter((admission) => admission === 'others first')).toHaveLength(61);
    const admitted = attempts.filter((_, index) => admissions[index] === 'admitted');
    for (const attempt of admitted) await ledger.settle(of, attempt, 'forgiven');
    expect(await ledger.admit(of, randomUUID())).toBe('admitted');
  });

  test('are made one at a time once the limit is reached', async () => {
    const [ledger, of] = [ledgerOf(pace), budget()];
    await fail(ledger, of, 3);
    await sleep(110);
    const admissions = await Promise.all([1, 2, 3].map(() => ledger.admit(of, randomUUID())));
    expect(admissions.sort()).toEqual(['admitted', 'others first', 'others first']);
  });

  test('count for the length of the window, and no longer', async () => {
    const [ledger, of] = [ledgerOf(pace), budget()];
    await fail(ledger, of, 2);
    await sleep(1_000);
    await fail(ledger, of, 1);
    expect(await ledger.admit(of, randomUUID())).toEqual({ retryAfterMs: expect.any(Number) });
    await sleep(600);
    await fail(ledger, of, 1);
    expect(await ledger.admit(of, randomUUID())).toBe('admitted');
  });

  test('begin an episode when they reach the limit, and none while it lasts', async () => {
    const [ledger, of] = [ledgerOf(pace), budget()];
    expect(await fail(ledger, of, 3)).toEqual([false, false, true]);
    await sleep(110);
    expect(await fail(ledger, of, 1)).toEqual([false]);
    await sleep(1_600);
    expect(await fail(ledger, of, 3)).toEqual([false, false, true]);
  });

  test('count, too, where nobody told their end', async () => {
    const [ledger, of] = [ledgerOf(pace), budget()];
    for (let lost = 0; lost < 3; lost += 1) await ledger.admit(of, randomUUID());
    expect(await ledger.admit(of, randomUUID())).toBe('others first');
    await sleep(550);
    expect(await ledger.admit(of, randomUUID())).toEqual({ retryAfterMs: expect.any(Number) });
  });

  test('of one budget are not those of another', async () => {
    const [ledger, of] = [ledgerOf(pace), budget()];
    await fail(ledger, of, 3);
    expect(await ledger.admit(budget(), randomUUID())).toBe('admitted');
  });
});

test('the service lets wait 5 s first and 60 s at most', () => {
  const delays = [9, 10, 11, 12, 13, 14, 15, 1_000].map((failures) => delayAfter(failures, 10, servicePace));
  expect(delays).toEqual([0, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
});

test('the memory is bounded, and what was quiet for longest is forgotten first', async () => {
  let now = 0;
  const ledger = new MemoryAttemptLedger(servicePace, 100, () => now);
  const [first, second] = [
    { key: 'first', limit: 1 },
    { key: 'second', limit: 1 },
  ];
  for (const { key, limit } of [
    first,
    second,
    ...Array.from({ length: 98 }, (_, n) => ({ key: `other ${n}`, limit: 1 })),
  ]) {
    await ledger.admit({ key, limit }, key);
    await ledger.settle({ key, limit }, key, 'failed');
  }
  expect(await ledger.admit({ key: 'one more', limit: 1 }, 'a')).toBe('admitted');
  expect(ledger.size).toBe(100);
  expect(await ledger.admit(second, 'b')).toEqual({ retryAfterMs: 5_000 });
  expect(await ledger.admit(first, 'c')).toBe('admitted');
  now = servicePace.windowMs + 1;
  await ledger.admit(first, 'd');
  expect(ledger.size).toBe(1);
});
