import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ServerNonces } from './server-nonces.js';

const nonces = new ServerNonces('a secret of more than thirty-two bytes');

beforeEach(() => {
  vi.useFakeTimers({ now: 1_200_000_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a nonce', () => {
  test('is alike at every replica that has the secret, and at no other', () => {
    expect(new ServerNonces('a secret of more than thirty-two bytes').current()).toBe(nonces.current());
    expect(new ServerNonces('another secret of thirty-two bytes!').current()).not.toBe(nonces.current());
  });

  test('is taken while it is given out, and for as long again', () => {
    const nonce = nonces.current();
    vi.advanceTimersByTime(119_999);
    expect(nonces.standingOf(nonce)).toBe('current');
    vi.advanceTimersByTime(1);
    expect(nonces.standingOf(nonce)).toBe('former');
    vi.advanceTimersByTime(119_999);
    expect(nonces.standingOf(nonce)).toBe('former');
    vi.advanceTimersByTime(1);
    expect(nonces.standingOf(nonce)).toBe('refused');
  });

  test('of a replica whose clock is a little ahead is taken', () => {
    vi.advanceTimersByTime(120_000);
    const nonce = nonces.current();
    vi.setSystemTime(1_200_000_000_000);
    expect(nonces.standingOf(nonce)).toBe('former');
  });

  test.each(['', 'x', `${nonces.current()}x`])('that is made up is refused: %j', (nonce) => {
    expect(nonces.standingOf(nonce)).toBe('refused');
  });

  test('needs a secret of 32 bytes', () => {
    expect(() => new ServerNonces('short')).toThrow(/openssl rand/);
  });
});
