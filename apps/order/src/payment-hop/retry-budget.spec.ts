import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.js';

function retriesLeft(budget: RetryBudget): number {
  let retries = 0;
  while (budget.take()) retries++;
  return retries;
}

test('what is saved up at most can be spent at once, and then nothing', () => {
  const budget = new RetryBudget(10);
  for (let request = 0; request < 1000; request++) budget.earn();
  expect(retriesLeft(budget)).toBe(10);
  expect(budget.take()).toBe(false);
});

test('five requests earn one retry', () => {
  const budget = new RetryBudget(10);
  retriesLeft(budget);
  for (let request = 0; request < 51; request++) budget.earn();
  expect(retriesLeft(budget)).toBe(10);
});
