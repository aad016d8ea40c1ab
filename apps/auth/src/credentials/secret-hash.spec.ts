import { expect, test } from 'vitest';
import { hashSecret, secretMatches } from './secret-hash.js';

test('hashes with argon2id, 19 MiB, two passes and one lane', async () => {
  expect(await hashSecret('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
});

test('knows the secret that was hashed from another one', async () => {
  const stored = await hashSecret('correct horse');
  expect(await secretMatches(stored, 'correct horse')).toBe(true);
  expect(await secretMatches(stored, 'correct horse ')).toBe(false);
});

test('says no for nobody, and takes as long over it as over somebody', async () => {
  const stored = await hashSecret('correct horse');
  const somebody = await fastest(() => secretMatches(stored, 'battery staple'));
  const nobody = await fastest(() => secretMatches(undefined, 'battery staple'));
  expect(await secretMatches(undefined, '')).toBe(false);
  expect(nobody).toBeGreaterThan(somebody / 2);
});

async function fastest(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}
