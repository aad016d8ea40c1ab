import { randomBytes } from 'node:crypto';
import { type OpenDatabase, openDatabase } from '@waybill/database';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addAccount } from '../accounts/accounts.js';
import { Clients } from '../clients/clients.js';
import { authConfig } from '../config.js';
import { databaseOptions } from '../database.js';
import { Grants } from '../grants/grants.js';
import * as schema from '../schema.js';
import { Seeder } from './seeder.js';

describe.each(testDatabases())('a boot on $kind', ({ kind, create }) => {
  let place: TestDatabase;
  let database: OpenDatabase<typeof schema>;

  const configured = (variables: NodeJS.ProcessEnv = {}) =>
    authConfig({ WAYBILL_DATA_DIR: place.folder, AUTH_DATABASE_URL: place.url ?? '', ...variables });

  const production = {
    NODE_ENV: 'production',
    ALLOW_EMBEDDED_DATABASE: 'true',
    AUTH_KEY_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    SERVICE_CLIENT_SECRETS: ['order', 'payment'].map((name) => `${name}:${randomBytes(32).toString('hex')}`).join(),
  };

  const seed = (variables: NodeJS.ProcessEnv = {}) => new Seeder(configured(variables), database.db).seed();
  const subs = async () => (await database.db.select().from(schema.subjects)).map(({ sub }) => sub).sort();

  beforeAll(async () => {
    place = await create();
    database = await openDatabase(databaseOptions(configured()));
  });

  beforeEach(async () => {
    for (const table of [schema.grants, schema.accounts, schema.clients, schema.subjects])
      await database.db.delete(table);
  });

  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  const hashes = async () =>
    (await database.db.select().from(schema.clients).where(eq(schema.clients.clientId, 'order'))).map(
      ({ secretHash }) => secretHash,
    );
  const everybody = ['admin', 'alice', 'bob', 'carol', 'demo-service', 'dora', 'order', 'payment', 'shop'];

  test('adds the demo accounts in development, and only once', async () => {
    await seed();
    await seed();
    expect(await subs()).toEqual(everybody);
    expect(await new Grants(database.db).of('demo-service')).toEqual(['order.read', 'payment.read']);
  });

  test('does not bring back a grant that was taken away', async () => {
    await seed();
    const { grants } = schema;
    await database.db.delete(grants).where(and(eq(grants.sub, 'alice'), eq(grants.scope, 'payment.create')));
    await seed();
    expect(await new Grants(database.db).of('alice')).toEqual(['order.read', 'order.write', 'payment.read']);
  });

  test('adds nobody but the first-party client and those of the services in production', async () => {
    await seed(production);
    expect(await subs()).toEqual(['order', 'payment', 'shop']);
    expect(await new Grants(database.db).of('order')).toEqual(['payment.settle', 'events.read']);
    expect(await new Grants(database.db).of('payment')).toEqual(['events.read']);
  });

  const others = 'p'.repeat(32);

  test('knows a service by the configured secret alone, and by a new one once that is configured', async () => {
    const boot = async (secret: string) => {
      const seeder = new Seeder(
        configured({ SERVICE_CLIENT_SECRETS: `order:${secret},payment:${others}` }),
        database.db,
      );
      await seeder.seed();
      await seeder.renewServiceClientSecrets();
    };
    const knows = (secret: string) =>
      new Clients(database.db).authenticate({ clientId: 'order', secret }).then(
        () => true,
        () => false,
      );
    const [old, renewed] = ['o'.repeat(32), 'n'.repeat(32)];
    await boot(old);
    const [first] = await hashes();
    await boot(old);
    expect(await hashes()).toEqual([first]);
    expect([await knows(old), await knows(renewed)]).toEqual([true, false]);
    await boot(renewed);
    expect([await knows(old), await knows(renewed)]).toEqual([false, true]);
    expect((await hashes())[0]).toMatch(/^\$argon2id\$/);
  });

  test('adds the demo accounts in production where they are asked for by name', async () => {
    await seed({ ...production, WAYBILL_DEMO_ACCOUNTS: 'true' });
    expect(await subs()).toEqual(everybody);
    await seed({ ...production, WAYBILL_DEMO_ACCOUNTS: 'true' });
  });

  test('refuses demo accounts that it finds in production, naming them and the remedy', async () => {
    await seed();
    await expect(seed(production)).rejects.toThrow(
      /^WAYBILL_DEMO_ACCOUNTS: .*\(admin, alice, bob, carol, demo-service, dora\).* Use another database, or set/,
    );
  });

  test('leaves a real account that is called like a demo account alone', async () => {
    const alice = { sub: '7d1f', username: 'alice', password: 'a-long-password', scopes: [], demo: false };
    await database.db.transaction((tx) => addAccount(tx, alice));
    await seed();
    const named = await database.db.select().from(schema.accounts).where(eq(schema.accounts.username, 'alice'));
    expect(named).toMatchObject([{ sub: '7d1f', demo: false }]);
  });

  test.runIf(kind === 'postgres')('agrees with the replicas that boot at the same time', async () => {
    await Promise.all([seed(), seed(), seed()]);
    expect(await subs()).toEqual(everybody);
  });
});
