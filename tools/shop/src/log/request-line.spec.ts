import { expect, test } from 'vitest';
import { describe, isHealthCheck, requestOf } from './index.js';

const answered = { level: 'info', method: 'POST', path: '/place-order', status: 201, durationMs: 12.4 };

test('finds the request in a line of the log', () => {
  const request = requestOf(JSON.stringify(answered));
  expect(request && describe(request)).toBe('POST /place-order → 201 (12 ms)');
});

test('tells why a request was refused', () => {
  const decision = { code: 'insufficient_scope', reason: 'scope.missing' };
  const request = requestOf({ ...answered, status: 403, decision });
  expect(request && describe(request)).toBe('POST /place-order → 403 (12 ms), insufficient_scope: scope.missing');
});

test.each(['plain words', '{broken', '{"message":"listens"}', 'null'])('sees no request in %s', (line) => {
  expect(requestOf(line)).toBeUndefined();
});

test('knows the looks at health from other requests', () => {
  expect(isHealthCheck({ ...answered, path: '/health/ready' })).toBe(true);
  expect(isHealthCheck(answered)).toBe(false);
});
