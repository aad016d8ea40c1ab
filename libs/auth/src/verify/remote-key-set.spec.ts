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
