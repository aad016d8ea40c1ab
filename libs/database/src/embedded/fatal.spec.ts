import { expect, test } from 'vitest';
import { fatalReasonOfError, fatalReasonOfLine } from './fatal.js';

const full = 'could not write to file "pg_wal/xlogtemp.42": No space left on device';

test.each([
  [`2026-11-23 21:11:57.701 UTC [42] PANIC:  ${full}`, full],
  [
    '2026-11-23 UTC [42] PANIC:  could not fsync file "base/5/1": I/O error',
    'could not fsync file "base/5/1": I/O error',
  ],
  ['2026-11-23 UTC [42] ERROR:  could not extend file "base/5/1": No space left on device', 'No space left on device'],
  ['2026-11-23 UTC [42] LOG:  skipping missing configuration file', undefined],
  ['2026-11-23 UTC [42] FATAL:  role "x" does not exist', undefined],
])('reads the end of the engine from its log: %s', (line, reason) => {
  expect(fatalReasonOfLine(line)).toBe(reason);
});

test.each([
  ['disk_full', Object.assign(new Error(full), { code: '53100' }), full],
  [
    'disk_full below drizzle',
    new Error('Failed query', { cause: Object.assign(new Error(full), { code: '53100' }) }),
    full,
  ],
  ['a panic', Object.assign(new Error('lost'), { code: 'XX000', severity: 'PANIC' }), 'lost'],
  ['ENOSPC of the engine’s file system', { name: 'ErrnoError', errno: 51 }, 'No space left on device'],
  ['a unique violation', Object.assign(new Error('exists'), { code: '23505' }), undefined],
  ['nothing', undefined, undefined],
])('reads the end of the engine from an error: %s', (_, error, reason) => {
  expect(fatalReasonOfError(error)).toBe(reason);
});
