import { describe, expect, test } from 'vitest';
import { hashSecret } from './secret-hash.js';
import { VerifiedSecrets } from './verified-secrets.js';

describe('a client secret that was right', () => {
  test('is right again at a fraction of the cost, and a wrong one stays wrong at the full one', async () => {
    const verified = new VerifiedSecrets();
    const stored = await hashSecret('the right one');
    const first = await timed(() => verified.matches(stored, 'the right one'));
    const again = await timed(() => verified.matches(stored, 'the right one'));
    const wrong = await timed(() => verified.matches(stored, 'a wrong one'));
    expect([first.value, again.value, wrong.value]).toEqual([true, true, false]);
    expect(again.cpu).toBeLessThan(first.cpu / 4);
    expect(again.cpu).toBeLessThan(wrong.cpu / 4);
  });

  test('is right no longer once another is stored', async () => {
    const verified = new VerifiedSecrets();
    const before = await hashSecret('the old one');
    expect(await verified.matches(before, 'the old one')).toBe(true);
    const after = await hashSecret('the new one');
    expect(await verified.matches(after, 'the old one')).toBe(false);
    expect(await verified.matches(after, 'the new one')).toBe(true);
  });

  test('opens nothing where nothing is stored', async () => {
    const verified = new VerifiedSecrets();
    expect(await verified.matches(undefined, '')).toBe(false);
    expect(await verified.matches(null, '')).toBe(false);
    expect(await verified.matches(undefined, 'anything')).toBe(false);
  });

  test('shows in nothing that prints the record', async () => {
    const verified = new VerifiedSecrets();
    await verified.matches(await hashSecret('the right one'), 'the right one');
    expect(JSON.stringify(verified)).toBe('{}');
  });
});

/** CPU of the whole process, microseconds: argon2id works off the main thread. */
async function timed<T>(work: () => Promise<T>): Promise<{ value: T; cpu: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, cpu: user + system };
}
