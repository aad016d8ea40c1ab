import { expect, test } from 'vitest';
import { readCrashPoints } from './crash-point.js';

test('reads names with and without a probability', () => {
  expect([...readCrashPoints({ CRASH_POINT: 'order.stored, payment.intent-stored:0.01' })]).toEqual([
    ['order.stored', 1],
    ['payment.intent-stored', 0.01],
  ]);
});

test('nothing is armed where nothing is said', () => {
  expect(readCrashPoints({}).size).toBe(0);
});

test('is inert in production, whatever the variable says', () => {
  expect(readCrashPoints({ NODE_ENV: 'production', CRASH_POINT: 'order.stored' }).size).toBe(0);
});

test.each(['Order', 'order.stored:2', 'order.stored:', ','])('refuses %j with the remedy', (text) => {
  expect(() => readCrashPoints({ CRASH_POINT: text })).toThrow(/must be a list of name or name:probability/);
});
