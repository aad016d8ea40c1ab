import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { TokenInvalid, VerdictUnavailable } from '../refuse/index.js';
import { RemoteKeySet } from './remote-key-set.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (kid: string) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' });

describe('a remote key set', () => {
  let fetches: number;
  let now: number;
  let answer: () => unknown;
  let keys: RemoteKeySet;

  beforeEach(() => {
    fetches = 0;
    now = 1_000_000;
    answer = () => ({ keys: [jwk('a')] });
    const fetch = async () => {
      fetches += 1;
      return answer();
    };
    keys = new RemoteKeySet({ fetch }, () => now);
  });

  const away = () => {
    throw new Error('away');
  };

  test('fetches once for all who ask at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => keys.find('a')));
    expect(fetches).toBe(1);
  });

  test('answers a flood of unknown ids with one fetch in 30 seconds', async () => {
    await keys.find('a');
    for (let i = 0; i < 100; i += 1) await expect(keys.find(`random-${i}`)).rejects.toBeInstanceOf(TokenInvalid);
    expect(fetches).toBe(1);
    now += 30_000;
    for (let i = 0; i < 100; i += 1) await expect(keys.find(`random-${i}`)).rejects.toBeInstanceOf(TokenInvalid);
    expect(fetches).toBe(2);
  });

  test('learns a new key once the cool-down is over', async () => {
    await keys.find('a');
    answer = () => ({ keys: [jwk('a'), jwk('b')] });
    await expect(keys.find('b')).rejects.toBeInstanceOf(TokenInvalid);
    now += 30_000;
    expect((await keys.find('b')).kid).toBe('b');
  });

  test('goes on with known keys while the issuer is away, and cannot judge unknown ones', async () => {
    await keys.find('a');
    answer = away;
    now += 30_000;
    await expect(keys.find('b')).rejects.toBeInstanceOf(VerdictUnavailable);
    expect((await keys.find('a')).kid).toBe('a');
  });

  test('keeps the last good set when a set without a usable key arrives', async () => {
    await keys.find('a');
    answer = () => ({ keys: [{ kty: 'oct', kid: 'a', k: 'c2VjcmV0' }] });
    await keys.refresh();
    expect((await keys.find('a')).kid).toBe('a');
  });

  test('withdraws at once a key that a successful fetch no longer lists', async () => {
    await keys.find('a');
    answer = () => ({ keys: [jwk('b')] });
    await keys.refresh();
    await expect(keys.find('a')).rejects.toBeInstanceOf(TokenInvalid);
  });

  describe('of which a key is withdrawn', () => {
    const settled = () => new Promise((resolve) => setImmediate(resolve));

    test('refuses it at once and for good, though the set goes on listing it', async () => {
      answer = () => ({ keys: [jwk('a'), jwk('b')] });
      const a = await keys.find('a');
      keys.withdraw('a');
      expect(keys.holds(a)).toBe(false);
      await expect(keys.find('a')).rejects.toMatchObject({ reason: 'key.withdrawn' });
      await settled();
      now += 300_000;
      await keys.refresh();
      await expect(keys.find('a')).rejects.toMatchObject({ reason: 'key.withdrawn' });
      expect(keys.holds(a)).toBe(false);
      expect((await keys.find('b')).kid).toBe('b');
    });

    test('fetches past the cool-down what signs instead, once for all', async () => {
      await keys.find('a');
      answer = () => ({ keys: [jwk('b')] });
      keys.withdraw('a');
      keys.withdraw('a');
      expect((await keys.find('b')).kid).toBe('b');
      expect(fetches).toBe(2);
      await expect(keys.find('c')).rejects.toBeInstanceOf(TokenInvalid);
      expect(fetches).toBe(2);
    });

    test('does not take what was answered before the withdrawal for the last word', async () => {
      await keys.find('a');
      now += 30_000;
      let release = (_: unknown) => {};
      answer = () => new Promise((resolve) => (release = resolve));
      const refreshing = keys.refresh();
      keys.withdraw('a');
      answer = () => ({ keys: [jwk('b')] });
      release({ keys: [jwk('a')] });
      await refreshing;
      expect((await keys.find('b')).kid).toBe('b');
    });

    test('cannot judge others while the set is of before the withdrawal, and asks again soon', async () => {
      await keys.find('a');
      keys.withdraw('a');
      await settled();
      await expect(keys.find('b')).rejects.toBeInstanceOf(VerdictUnavailable);
      answer = () => ({ keys: [jwk('b')] });
      now += 250;
      expect((await keys.find('b')).kid).toBe('b');
    });

    test('comes to know that before the first set was there', async () => {
      keys.withdraw('a');
      await expect(keys.find('a')).rejects.toBeInstanceOf(TokenInvalid);
    });
  });

  test('before the first success it tries again soon, and cannot judge meanwhile', async () => {
    answer = away;
    await expect(keys.find('a')).rejects.toBeInstanceOf(VerdictUnavailable);
    await expect(keys.find('a')).rejects.toBeInstanceOf(VerdictUnavailable);
    expect(fetches).toBe(1);
    answer = () => ({ keys: [jwk('a')] });
    now += 250;
    expect((await keys.find('a')).kid).toBe('a');
    expect(keys.obtained).toBe(true);
  });
});
