import { expect, test } from 'vitest';
import { retryWhileAway } from './retry-while-away.js';

const lost = () => new Error('Failed query: begin', { cause: new Error('Connection terminated unexpectedly') });

function failing(...errors: Error[]): { work: () => Promise<number>; attempts: () => number } {
  let attempts = 0;
  const work = async () => {
    attempts += 1;
    const error = errors.shift();
    if (error) throw error;
    return attempts;
  };
  return { work, attempts: () => attempts };
}

test('does it again until the database is back', async () => {
  const { work } = failing(lost(), lost());
  expect(await retryWhileAway('test', work)).toBe(3);
});

test('does not repeat what fails for another reason', async () => {
  const { work, attempts } = failing(new Error('a key cannot be decrypted'));
  await expect(retryWhileAway('test', work)).rejects.toThrow('a key cannot be decrypted');
  expect(attempts()).toBe(1);
});
