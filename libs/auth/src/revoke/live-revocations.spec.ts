import { beforeEach, describe, expect, test } from 'vitest';
import { ExpiringSet } from './expiring-set.js';
import { LiveRevocations } from './live-revocations.js';

describe('names that expire', () => {
  let now: number;
  let names: ExpiringSet;

  beforeEach(() => {
    now = 1_000_000;
    names = new ExpiringSet(() => now);
  });

  const pass = (seconds: number) => {
    now += seconds * 1000;
    names.prune();
  };

  test('stay for their time, and vanish at most ten seconds after it', () => {
    names.add('a', 60);
    pass(59);
    expect(names.has('a')).toBe(true);
    pass(11);
    expect({ has: names.has('a'), size: names.size }).toEqual({ has: false, size: 0 });
  });

  test('stay longer where they are added again, and never shorter', () => {
    names.add('a', 60);
    names.add('a', 600);
    names.add('a', 1);
    pass(599);
    expect(names.has('a')).toBe(true);
    pass(11);
    expect(names.size).toBe(0);
  });

  test('are not kept where their time has passed already', () => {
    names.add('a', -20);
    expect(names.size).toBe(0);
  });

  test('vanish all, a part at a time, where very many end together', () => {
    for (let n = 0; n < 50_000; n += 1) names.add(`n${n}`, 60);
    pass(70);
    expect(names.size).toBe(30_000);
    for (let n = 0; n < 3; n += 1) pass(1);
    expect(names.size).toBe(0);
    names.add('later', 60);
    pass(70);
    expect(names.size).toBe(0);
  });

  test('vanish after any pause', () => {
    names.add('a', 60);
    pass(100_000);
    expect(names.size).toBe(0);
  });
});

describe('live revocations', () => {
  const live = new LiveRevocations();
  const lifetimeSeconds = 960;
  live.add({ kind: 'token', tokenId: 't', lifetimeSeconds });
  live.add({ kind: 'session', sessionId: 's', lifetimeSeconds });
  live.add({ kind: 'scopes', sessionId: 'n', scopes: ['order.write'], lifetimeSeconds });
  live.add({ kind: 'scopes', sessionId: 'n', scopes: ['order.read'], lifetimeSeconds });

  test.each([
    ['a revoked token', { tokenId: 't', sessionId: 'x' }, 'token.revoked'],
    ['a token of an ended session', { tokenId: 'x', sessionId: 's' }, 'session.revoked'],
    [
      'a token that carries a withdrawn scope',
      { tokenId: 'x', sessionId: 'n', scopes: ['a', 'order.write'] },
      'scope.withdrawn',
    ],
    ['a token that carries one withdrawn later', { sessionId: 'n', scopes: ['order.read'] }, 'scope.withdrawn'],
    ['a token of that session without it', { sessionId: 'n', scopes: ['order.writ', 'order'] }, undefined],
    ['a token of another session with it', { sessionId: 'o', scopes: ['order.write'] }, undefined],
    ['a token named like a session', { tokenId: 's', sessionId: 't' }, undefined],
    ['a token without any name', { scopes: ['order.write'] }, undefined],
  ])('%s', (_, { scopes = [], ...caller }: { tokenId?: string; sessionId?: string; scopes?: string[] }, reason) => {
    expect(live.takenBack({ ...caller, scopes: new Set(scopes) })).toBe(reason);
  });
});
