import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basic, decode, login, type RunningAuth, startAuth, token } from '../testing/auth-service.js';
import { readAddition } from './command.js';

const built = join(import.meta.dirname, '../../dist');

interface Outcome {
  status: number | null;
  output: string;
  errors: string;
}

async function run({ url, folder }: TestDatabase, command: string, args: string[], input = ''): Promise<Outcome> {
  const env = { ...process.env, WAYBILL_DATA_DIR: folder, AUTH_DATABASE_URL: url ?? '' };
  const child = spawn(process.execPath, [join(built, command), ...args], { env });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, output, errors };
}

/** A process needs seconds on a busy machine, and each of these is one. */
const timeout = 60_000;

describe.each(testDatabases().slice(-1))('the commands on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth | undefined;

  const addEve = () =>
    run(database, 'account.js', ['add', 'eve', '--scopes', 'order.read payment.read'], 'correct horse battery\n');
  const addBilling = () => run(database, 'client.js', ['add', 'billing', '--scopes', 'order.read']);

  beforeAll(async () => {
    database = await create();
  });

  afterAll(async () => {
    await auth?.close();
    await database.drop();
  });

  test('add an account that signs in, and a client that gets tokens of its own', { timeout }, async () => {
    const account = await addEve();
    const client = await addBilling();
    expect([account, client]).toMatchObject([
      { status: 0, errors: '' },
      { status: 0, errors: '' },
    ]);
    auth = await startAuth(database);
    const { body } = await login(auth, { username: 'eve', password: 'correct horse battery' });
    const own = await token(auth, { grant_type: 'client_credentials' }, basic('billing', client.output.trim()));
    await auth.close();
    auth = undefined;
    expect(decode(body.access_token).claims).toMatchObject({
      sub: account.output.trim(),
      scope: 'order.read payment.read',
    });
    expect(decode(own.body.access_token).claims).toMatchObject({ sub: 'billing', scope: 'order.read' });
  });

  test('refuse a name that is taken, with one line', { timeout }, async () => {
    const line = 'There is an account "eve" already.\n';
    expect(await addEve()).toEqual({ status: 1, output: '', errors: line });
  });

  test('refuse a client that is called like an account', { timeout }, async () => {
    const line = '"alice" is the name of a client or an account already.\n';
    const args = ['add', 'alice', '--scopes', 'order.read'];
    expect(await run(database, 'client.js', args)).toEqual({ status: 1, output: '', errors: line });
  });
});

describe.each(testDatabases().slice(0, 1))('the commands on $kind', ({ create }) => {
  test('do not touch a folder that the service has open', { timeout }, async () => {
    const database = await create();
    const auth = await startAuth(database);
    try {
      const { status, errors } = await run(database, 'client.js', ['add', 'mallory', '--scopes', '']);
      expect(status).toBe(1);
      expect(errors).toMatch(/in use by another process/);
    } finally {
      await auth.close();
      await database.drop();
    }
  });

  test('refuse a short password before they open anything', { timeout }, async () => {
    const nowhere = { folder: '/proc/nowhere', drop: async () => {} };
    const { status, errors } = await run(nowhere, 'account.js', ['add', 'eve', '--scopes', ''], 'short\n');
    expect([status, errors]).toEqual([1, 'The password must have 12 characters or more, and 1024 bytes at most.\n']);
  });
});

test.each([
  ['an unknown scope', ['add', 'eve', '--scopes', 'order.reed'], /^Unknown: order\.reed\. The scopes are/],
  ['no scopes', ['add', 'billing'], /--help/],
  ['no name', ['add', '--scopes', ''], /--help/],
  ['another verb', ['remove', 'eve', '--scopes', ''], /--help/],
  ['two names', ['add', 'eve', 'mallory', '--scopes', ''], /--help/],
  ['an odd name', ['add', 'a b', '--scopes', ''], /^NAME must be/],
  ['an unknown option', ['add', 'billing', '--frob'], /--help/],
])('a command line with %s is refused', (_, args, message) => {
  expect(() => readAddition(args)).toThrow(message);
});

test('a command line is read: each scope once, or none', () => {
  const scopes = ['order.read', 'payment.read'];
  expect(readAddition(['add', 'eve', '--scopes', 'order.read payment.read order.read'])).toEqual({
    name: 'eve',
    scopes,
  });
  expect(readAddition(['add', 'eve', '--scopes', ''])).toEqual({ name: 'eve', scopes: [] });
  expect(readAddition(['--help'])).toBeUndefined();
});
