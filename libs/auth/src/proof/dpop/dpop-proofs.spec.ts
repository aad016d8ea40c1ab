import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryReplayStore } from '../replay/memory.replay-store.js';
import { createDpopProof } from './create-proof.js';
import { createDpopKey } from './dpop-key.js';
import { DpopProofs } from './dpop-proofs.js';

const key = createDpopKey();
const lasting = () => ({ ...memoryReplayStore(), forgetsOnRestart: false });
const publicUrls = ['https://orders.example', 'https://example.com/shop/'];
const ask = (proofs: DpopProofs, url: string, path: string) =>
  proofs.verify({ fields: [createDpopProof({ key, method: 'GET', url })], method: 'GET', path });

afterEach(() => {
  vi.useRealTimers();
});

describe('a proof may name the service', () => {
  test.each(['https://orders.example/orders', 'https://example.com/shop/orders'])('as in %s', async (url) => {
    const proofs = new DpopProofs({ publicUrls, replayStore: lasting() });
    expect(await ask(proofs, url, '/orders?page=1')).toEqual({ keyThumbprint: key.thumbprint });
  });

  test.each([
    ['https://example.com/orders', '/orders'],
    ['https://orders.example/shop/orders', '/orders'],
    ['https://orders.example/', '/orders'],
    // A request target in absolute form, run together with the base URL.
    ['https://orders.examplehttp//elsewhere/orders', 'http://elsewhere/orders'],
    ['https://orders.examplehttp://elsewhere/orders', 'http://elsewhere/orders'],
    // Dot segments, which a comparison would resolve and a router does not.
    ['https://orders.example/orders', '/files/../orders'],
    ['https://orders.example/orders', '/tree/%2e%2e/orders'],
    ['https://orders.example/orders', '/tree/.%2E/orders'],
    ['https://orders.example/orders', '/./orders'],
    ['https://orders.example/orders/', '/orders/tree/..'],
    ['https://orders.example/orders/', '/orders/tree/..#'],
    ['https://orders.example/orders', '/files\\..\\orders'],
    // Out of a base with a path.
    ['https://example.com/orders', '/../orders'],
    ['https://example.com/orders', '/%2e%2e/orders'],
  ])('not as in %s for the target %s', async (url, path) => {
    const proofs = new DpopProofs({ publicUrls, replayStore: lasting() });
    await expect(ask(proofs, url, path)).rejects.toThrow('dpop.htu');
  });
});

describe('a record of proofs that a restart empties', () => {
  const made = (secondsFromNow: number) => {
    vi.useFakeTimers({ now: Date.now() + 3_600_000 + secondsFromNow * 1000, toFake: ['Date'] });
    const proof = createDpopProof({ key, method: 'GET', url: 'https://orders.example/' });
    vi.setSystemTime(Date.now() - secondsFromNow * 1000);
    return { fields: [proof], method: 'GET', path: '/' };
  };

  test.each([
    [-59, 'passes'],
    [-62, 'dpop.too_old'],
    [1, 'passes'],
    [3, 'dpop.in_the_future'],
  ])('takes a proof of %i s from now: %s', async (seconds, outcome) => {
    const verdict = new DpopProofs({ publicUrls }).verify(made(seconds));
    expect(
      await verdict.then(
        () => 'passes',
        (error: Error) => error.message,
      ),
    ).toBe(outcome);
  });

  test('takes none that was made before the process started', async () => {
    vi.useFakeTimers({ now: performance.timeOrigin - 1000, toFake: ['Date'] });
    const fields = [createDpopProof({ key, method: 'GET', url: 'https://orders.example/' })];
    vi.setSystemTime(performance.timeOrigin + 10_000);
    const request = { fields, method: 'GET', path: '/' };
    await expect(new DpopProofs({ publicUrls }).verify(request)).rejects.toThrow('dpop.before_start');
    expect(await new DpopProofs({ publicUrls, replayStore: lasting() }).verify(request)).toBeDefined();
  });
});
