import { expect, test } from 'vitest';
import { CommandError, readCommand } from './options.js';

const read = (...args: string[]) => readCommand(args, () => 42);

test('runs in full on both databases unless told otherwise, with a seed of its own', () => {
  expect(read()).toEqual({
    databases: ['embedded', 'postgres'],
    authority: 'relay',
    orders: 10_000,
    kills: 1_000,
    minutes: undefined,
    seed: 42,
    report: undefined,
  });
});

test('takes what it is told', () => {
  const args =
    '--database postgres --authority exchange --orders 150 --kills 15 --minutes 2 --seed 7 --report docs/chaos.md'.split(
      ' ',
    );
  expect(read(...args)).toEqual({
    databases: ['postgres'],
    authority: 'exchange',
    orders: 150,
    kills: 15,
    minutes: 2,
    seed: 7,
    report: 'docs/chaos.md',
  });
});

test.each(['--help', '-h'])('answers %s', (flag) => {
  expect(read(flag)).toBe('help');
});

test.each([
  [['--database', 'sqlite'], /--database takes embedded, postgres or both, not "sqlite"/],
  [['--authority', 'both'], /--authority takes relay or exchange, not "both"/],
  [['--orders', 'many'], /--orders takes a whole number/],
  [['--kills=-1'], /--kills takes a whole number/],
  [['--seed', '4294967296'], /--seed takes a whole number of at most 4294967295/],
  [['--faster'], /Try --help/],
])('refuses %j and says what it takes', (args, message) => {
  expect(() => read(...args)).toThrow(CommandError);
  expect(() => read(...args)).toThrow(message);
});
