import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { cursor, encodeCursor } from './cursor.js';

test('a place survives the way to the client and back', () => {
  const place = { createdAt: new Date('2026-11-23T12:00:00.123Z'), id: randomUUID() };
  expect(cursor.parse(encodeCursor(place))).toEqual(place);
});

test.each([
  ['nothing', ''],
  ['a text of another kind', 'page-2'],
  ['a place without an id', '2026-11-23T12:00:00.123Z'],
  ['a place whose time is none', `2026-13-23T12:00:00.123Z ${randomUUID()}`],
  ['a place in the year 0', `0000-01-01T00:00:00.000Z ${randomUUID()}`],
  ['a place with SQL in it', `2026-11-23T12:00:00.123Z ' or true --`],
])('refuses %s', (_, text) => {
  expect(cursor.safeParse(text).success).toBe(false);
  expect(cursor.safeParse(Buffer.from(text).toString('base64url')).success).toBe(false);
});
