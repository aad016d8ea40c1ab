import { randomUUID } from 'node:crypto';
import { openDatabase } from '@waybill/database';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { databaseOptions, type OrderDatabase } from '../database.js';
import { settle } from './settle.js';
import { storePending } from './store-pending.js';

const owner = { issuer: 'https://auth.example', subject: 'alice' };
const draft = {
  items: [{ sku: 'PEN-1', quantity: 1, unitPrice: 300 }],
  total: { amount: 300, currency: 'EUR' as const },
  paymentMethod: 'pm_card_visa',
};
const charged = { kind: 'charged', paymentId: randomUUID() } as const;
const declined = { kind: 'declined', paymentId: randomUUID(), declineReason: 'lost_card' } as const;

describe.each(testDatabases())('on the $kind database', (kind) => {
  let db: OrderDatabase;

  beforeAll(async () => {
    const { folder, url, drop } = await kind.create();
    const open = await openDatabase(databaseOptions({ dataDir: folder, databaseUrl: url }));
    db = open.db;
    return async () => {
      await open.close();
      await drop();
    };
  });

  test('an order that is charged is confirmed, with its payment', async () => {
    const settled = await settle(db, await storePending(db, owner, draft), charged);
    expect(settled).toMatchObject({ status: 'confirmed', paymentId: charged.paymentId, paymentStatus: 'succeeded' });
    expect(settled.decidedAt).toBeInstanceOf(Date);
  });

  test('an order that is declined is cancelled, with the reason', async () => {
    const settled = await settle(db, await storePending(db, owner, draft), declined);
    expect(settled).toMatchObject({ status: 'cancelled', paymentStatus: 'declined', declineReason: 'lost_card' });
  });

  test('what decides nothing changes nothing', async () => {
    const order = await storePending(db, owner, draft);
    expect(await settle(db, order, { kind: 'undecided', reason: 'timeout' })).toEqual(order);
  });

  test('the first decision holds, whatever comes later', async () => {
    const order = await storePending(db, owner, draft);
    const first = await settle(db, order, declined);
    expect(await settle(db, order, charged)).toEqual(first);
  });

  test('of decisions at the same time one holds, and all see the same', async () => {
    const order = await storePending(db, owner, draft);
    const settled = await Promise.all([declined, charged, declined, charged].map((each) => settle(db, order, each)));
    expect(new Set(settled.map(({ status }) => status)).size).toBe(1);
  });
});
