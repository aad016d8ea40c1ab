import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecondKey, secondKeyMatches } from './second-key.js';

test('makes keys of 256 bits that are known by their prefix, each another one', () => {
  const keys = Array.from({ length: 100 }, () => createSecondKey().key);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^wsk_[A-Za-z0-9_-]{43}$/);
});

test('a key goes with its own hash, which is the SHA-256 of the whole key', () => {
  const { key, hash } = createSecondKey();
  expect(hash).toBe(createHash('sha256').update(key).digest('base64url'));
  expect(secondKeyMatches(key, hash)).toBe(true);
});

test.each<[string, (key: string) => string]>([
  ['another key', () => createSecondKey().key],
  ['nothing', () => ''],
  ['the key without its prefix', (key) => key.slice(4)],
  ['the key cut short', (key) => key.slice(0, -1)],
  ['the key with a space', (key) => `${key} `],
  ['the key in capitals', (key) => key.toUpperCase()],
  ['the key twice', (key) => `${key}, ${key}`],
  ['its hash', (key) => createHash('sha256').update(key).digest('base64url')],
  ['a very long text', () => 'x'.repeat(16_000)],
])('refuses %s', (_, change) => {
  const { key, hash } = createSecondKey();
  expect(secondKeyMatches(change(key), hash)).toBe(false);
});

test.each(['', 'AAAA', 'x'.repeat(86), '!'])('no key goes with %j, which is no hash', (hash) => {
  expect(secondKeyMatches(createSecondKey().key, hash)).toBe(false);
});
