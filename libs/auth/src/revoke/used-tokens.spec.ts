import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenInvalid, VerdictUnavailable } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import { memoryUsedTokens } from './memory.used-tokens.js';
import { requireUnused } from './require-unused.js';
import type { UsedTokens } from './used-tokens.js';

const start = performance.timeOrigin;
const wellAfterStart = Math.ceil(start / 1000) + 60;

beforeEach(() => void vi.useFakeTimers({ now: wellAfterStart * 1000 + 500, toFake: ['Date'] }));
afterAll(() => void vi.useRealTimers());

function tokenOf(claims: Partial<Caller> = {}): Caller {
  return {
    issuer: 'https://a.example',
    subject: 'alice',
    scopes: new Set(),
    audience: ['order.service'],
    tokenId: 't1',
    issuedAt: wellAfterStart,
    expiresAt: wellAfterStart + 900,
    ...claims,
  };
}

describe('a token that is good for one use', () => {
  let usedTokens: UsedTokens;
  beforeEach(() => {
    usedTokens = memoryUsedTokens();
  });
  const use = (token: Caller = tokenOf(), purpose?: string, record = usedTokens) =>
    requireUnused(token, purpose, record).catch((error: unknown) => error);
  const reasonOf = (outcome: unknown) => (outcome as TokenInvalid).reason;

  test('passes once', async () => {
    expect(await use()).toBeUndefined();
    expect(await use()).toBeInstanceOf(TokenInvalid);
    expect(reasonOf(await use())).toBe('token.used');
  });

  test('passes once, of 64 uses at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => use()));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
  });

  test('passes again for the same purpose, and for no other', async () => {
    expect(await use(tokenOf(), 'a')).toBeUndefined();
    expect(await use(tokenOf(), 'a')).toBeUndefined();
    expect(reasonOf(await use(tokenOf(), 'b'))).toBe('token.used');
    expect(reasonOf(await use())).toBe('token.used');
    expect(await use(tokenOf(), 'a')).toBeUndefined();
  });

  test('has no purpose for which it passes again where it was used without one', async () => {
    expect(await use()).toBeUndefined();
    expect(reasonOf(await use(tokenOf(), 'a'))).toBe('token.used');
  });

  test('is another one than that of another issuer with the same id', async () => {
    expect(await use()).toBeUndefined();
    expect(await use(tokenOf({ issuer: 'https://b.example' }))).toBeUndefined();
    expect(await use(tokenOf({ tokenId: 't2' }))).toBeUndefined();
  });

  test('needs an id', async () => {
    const { tokenId: _, ...withoutId } = tokenOf();
    const outcome = await use(withoutId);
    expect(outcome).toBeInstanceOf(TokenInvalid);
    expect(reasonOf(outcome)).toBe('jti.absent_on_one_time_route');
  });

  test.each<[string, UsedTokens['use']]>([
    ['rejects', () => Promise.reject(new Error('away'))],
    [
      'throws at once',
      () => {
        throw new Error('away');
      },
    ],
  ])('waits where the record %s', async (_, failing) => {
    const away: UsedTokens = { forgetsOnRestart: false, use: failing };
    const outcome = await use(tokenOf(), 'a', away);
    expect(outcome).toBeInstanceOf(VerdictUnavailable);
    expect(reasonOf(outcome)).toBe('token.used_tokens_unreachable');
  });

  test('stays used until no guard accepts it any more', async () => {
    await use();
    vi.setSystemTime((wellAfterStart + 900 + 59) * 1000);
    expect(reasonOf(await use())).toBe('token.used');
  });

  test.each([
    ['before', -1, 'token.issued_before_start'],
    ['in the second of', 0, 'token.issued_before_start'],
  ])('is refused where it was issued %s the start of a process that forgets', async (_, seconds, reason) => {
    const issuedAt = Math.floor(start / 1000) + seconds;
    expect(reasonOf(await use(tokenOf({ issuedAt })))).toBe(reason);
    const remembers = { ...memoryUsedTokens(), forgetsOnRestart: false };
    expect(await use(tokenOf({ issuedAt }), undefined, remembers)).toBeUndefined();
  });

  test('has to wait where it comes from ahead of the clock of a process that forgets', async () => {
    const issuedAt = wellAfterStart + 1;
    const outcome = await use(tokenOf({ issuedAt }));
    expect(outcome).toBeInstanceOf(VerdictUnavailable);
    expect(reasonOf(outcome)).toBe('token.ahead_of_the_record');
    vi.setSystemTime(issuedAt * 1000);
    expect(await use(tokenOf({ issuedAt }))).toBeUndefined();
  });
});

describe('the record in memory', () => {
  const useOf = (tokenId: string, until: number) => ({ issuer: 'https://a.example', tokenId, until });

  test('forgets a token once it is refused in any case, and not before', async () => {
    let now = 1000;
    const record = memoryUsedTokens(() => now);
    await record.use(useOf('t1', 1100));
    now = 1099;
    expect(await record.use(useOf('t1', 1100))).toBe('used');
    now = 1100;
    expect(await record.use(useOf('t1', 1200))).toBe('first');
  });
});
