import { expect, test } from 'vitest';
import { prettyLog } from './index.js';

const pretty = prettyLog(false);
const time = new Date(2026, 0, 1, 12, 30, 5).toISOString();

test('shows a message with its service, time and level, on one line', () => {
  const line = JSON.stringify({ level: 'info', time, service: 'auth', context: 'Some', message: 'keys rotated' });
  expect(pretty('auth', line)).toBe('auth    [12:30:05] INFO: keys rotated');
});

test('shows a request by what was asked and answered', () => {
  const answered = { method: 'POST', path: '/place-order', status: 201, durationMs: 12.4 };
  const line = JSON.stringify({ level: 'info', time, ...answered, message: 'request' });
  expect(pretty('order', line)).toBe('order   [12:30:05] INFO: POST /place-order → 201 (12 ms)');
});

test('keeps the stack of an error, each line prefixed', () => {
  const err = { type: 'Error', message: 'broken', stack: 'Error: broken\n    at here' };
  const lines = pretty('payment', JSON.stringify({ level: 'error', time, err, message: 'failed' })).split('\n');
  expect(lines[0]).toBe('payment [12:30:05] ERROR: failed');
  expect(lines.slice(1).every((line) => line.startsWith('payment '))).toBe(true);
  expect(lines.join('\n')).toContain('at here');
});

test('passes on what is not JSON', () => {
  expect(pretty('auth', 'plain words')).toBe('auth    plain words');
  expect(pretty('auth', '{broken')).toBe('auth    {broken');
});
