import { expect, test } from 'vitest';
import { DatabaseError } from '../database-error.js';
import { serverAddress } from './server-address.js';

test.each([
  ['postgres://order:hunter2@db:6000/order', 'db:6000/order'],
  ['postgresql://order@db/order', 'db:5432/order'],
  ['postgres:///order?host=/run/postgresql', 'localhost:5432/order'],
])('shows of %s where it is, not who asks', (url, address) => {
  expect(serverAddress('order', url)).toBe(address);
});

test.each(['hunter2', 'mysql://u:hunter2@h/d', 'postgres://u:hunter2%@h/d', 'postgres://u:hunter2@h'])(
  'refuses %s without repeating it',
  (url) => {
    expect(() => serverAddress('order', url)).toThrow(DatabaseError);
    expect(() => serverAddress('order', url)).toThrow(
      /^order: the database URL (?!.*hunter2).+Set DATABASE_URL to .+$/,
    );
  },
);
