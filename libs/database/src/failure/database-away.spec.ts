import { expect, test } from 'vitest';
import { databaseReason } from './causes.js';
import { isDatabaseAway } from './database-away.js';

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

test.each([
  ['a refused connection', coded('ECONNREFUSED', { syscall: 'connect' })],
  ['a refused connection on IPv4 and IPv6', new AggregateError([coded('ECONNREFUSED', { syscall: 'connect' })])],
  ['a socket file that is not there', coded('ENOENT', { syscall: 'connect' })],
  ['a name that does not resolve', coded('ENOTFOUND', { syscall: 'getaddrinfo' })],
  ['a reset connection', coded('ECONNRESET', { syscall: 'read' })],
  ['admin_shutdown', coded('57P01')],
  ['crash_shutdown', coded('57P02')],
  ['cannot_connect_now', coded('57P03')],
  ['too_many_connections', coded('53300')],
  ['connection_failure', coded('08006')],
  ['a connection that ended', new Error('Connection terminated unexpectedly')],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
  ['a server that is silent', new Error('Query read timeout')],
  ['any of these below drizzle', new Error('Failed query: select 1', { cause: coded('57P01') })],
])('is away: %s', (_, error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

test.each([
  ['a wrong password', coded('28P01')],
  ['a missing database', coded('3D000')],
  ['a unique violation', coded('23505')],
  ['a statement that took too long', coded('57014')],
  ['a missing file', coded('ENOENT', { syscall: 'open' })],
  ['a bug', new TypeError('x is not a function')],
  ['no error', undefined],
  ['a thrown string', 'Connection terminated'],
])('is not away: %s', (_, error) => {
  expect(isDatabaseAway(error)).toBe(false);
});

test('survives an error that causes itself', () => {
  const error = new Error('round');
  error.cause = error;
  expect(isDatabaseAway(error)).toBe(false);
});

test('gives the reason without the query and its parameters', () => {
  const error = new Error('Failed query: insert …\nparams: hunter2', { cause: new Error('value too long') });
  expect(databaseReason(error)).toBe('value too long');
});
