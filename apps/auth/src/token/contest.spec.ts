import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Contest, lost } from './contest.js';

const later = (answer: string) => sleep(5, answer);

test('lets one of those who came at the same time win', async () => {
  const contest = new Contest<string>(20);
  const outcomes = await Promise.all([1, 2, 3].map((n) => contest.enter('prize', () => later(`won by ${n}`))));
  expect(outcomes).toEqual(['won by 1', lost, lost]);
});

test('gives the next one a turn where the first one fails', async () => {
  const contest = new Contest<string>(20);
  const outcomes = await Promise.allSettled([
    contest.enter('prize', () => later('').then(() => Promise.reject(new Error('failed')))),
    contest.enter('prize', () => later('won by the second')),
    contest.enter('prize', () => later('won by the third')),
  ]);
  expect(outcomes).toMatchObject([{ status: 'rejected' }, { value: 'won by the second' }, { value: lost }]);
});

test('holds the answer back as long as others come', async () => {
  const contest = new Contest<string>(20);
  let answered = false;
  const winner = contest
    .enter('prize', () => later('won'))
    .finally(() => {
      answered = true;
    });
  for (let latecomer = 0; latecomer < 4; latecomer += 1) {
    await sleep(10);
    expect(answered).toBe(false);
    void contest.enter('prize', () => later('won twice')).then((outcome) => expect(outcome).toBe(lost));
  }
  expect(await winner).toBe('won');
});

test('tells all who came meanwhile that they lost where another replica won', async () => {
  const contest = new Contest<string>(20);
  const outcomes = await Promise.all([
    contest.enter('prize', () => sleep(5, lost)),
    contest.enter('prize', () => later('won by the second')),
  ]);
  expect(outcomes).toEqual([lost, lost]);
});

test('does not mistake one who comes after the answer for a contestant', async () => {
  const contest = new Contest<string>(20);
  await contest.enter('prize', () => later('won'));
  expect(await contest.enter('prize', () => later('asked again'))).toBe('asked again');
});

test('keeps different prizes apart', async () => {
  const contest = new Contest<string>(20);
  expect(await Promise.all(['a', 'b'].map((prize) => contest.enter(prize, () => later(prize))))).toEqual(['a', 'b']);
});
