import { expect, test } from 'vitest';
import { CommandError, readCommand } from './options.js';

test('measures on both databases unless told otherwise', () => {
  expect(readCommand([])).toEqual({ databases: ['embedded', 'postgres'], samples: 100, boundMs: 1000 });
  expect(readCommand(['--database', 'embedded', '--samples', '3', '--bound', '500'])).toEqual({
    databases: ['embedded'],
    samples: 3,
    boundMs: 500,
  });
  expect(readCommand(['-h'])).toBe('help');
});

test.each([
  [['--database', 'oracle'], '--database takes embedded, postgres or both'],
  [['--database', '__proto__'], '--database takes embedded, postgres or both'],
  [['--samples', '0'], '--samples takes a whole number from 1'],
  [['--bound', '1s'], '--bound takes a whole number from 1'],
  [['--sample', '3'], 'Try --help'],
])('refuses %j', (args, remedy) => {
  expect(() => readCommand(args)).toThrow(CommandError);
  expect(() => readCommand(args)).toThrow(remedy);
});
