import { beforeEach, expect, test } from 'vitest';
import { Freshness } from './freshness.js';

const wallAtStart = 1_700_000_000_000;
let freshness: Freshness;
let elapsed: number;

beforeEach(() => {
  freshness = new Freshness(10_000);
  elapsed = 5_000;
});

const now = (wallStep = 0) => ({ monotonic: elapsed, wall: wallAtStart + elapsed + wallStep });
/** A heartbeat that was written some milliseconds ago, by a clock that is so far ahead. */
const beat = (agoMs: number, ahead = 0) => freshness.heartbeat(wallAtStart + elapsed - agoMs + ahead, now());
const stale = (wallStep = 0) => freshness.staleSeconds(now(wallStep));

test('there is none before the first heartbeat', () => {
  expect(stale()).toBe(Number.POSITIVE_INFINITY);
});

test('it ages from the receipt of the newest heartbeat on, whatever the offset of the clocks', () => {
  beat(20, 9_000);
  expect(stale()).toBe(0);
  elapsed += 1500;
  expect(stale()).toBe(1.5);
  beat(20, 9_000);
  expect(stale()).toBe(0);
});

test('a heartbeat is as old as it is later than the fastest of its connection', () => {
  beat(20);
  elapsed += 4000;
  beat(3020);
  expect(stale()).toBe(3);
  freshness.reconnected();
  elapsed += 1000;
  beat(3020);
  expect(stale()).toBe(0);
});

test('a faster heartbeat shows that the former ones were late', () => {
  beat(3000);
  elapsed += 1000;
  beat(10);
  elapsed += 1000;
  beat(510);
  expect(stale()).toBe(0.5);
});

test('one that is held back evenly is found out where clocks cannot differ so much', () => {
  expect(beat(10_001)).toBe(10_001);
  expect(beat(-10_001)).toBe(-10_001);
  expect(stale()).toBe(Number.POSITIVE_INFINITY);
});

test('a repeated one refreshes nothing, on another connection either', () => {
  beat(0);
  elapsed += 3000;
  freshness.reconnected();
  beat(3000);
  expect(stale()).toBe(3);
});

test('it ages while the machine sleeps, and a wall clock that goes back makes nothing fresh', () => {
  beat(0);
  elapsed += 1000;
  expect(stale(600_000)).toBe(601);
  expect(stale(-600_000)).toBe(1);
});
