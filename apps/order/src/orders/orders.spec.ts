import { randomUUID } from 'node:crypto';
import { orderPage, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type As, type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import { pageAndOneMore } from './list-orders.js';
import { orders } from './order.table.js';

const line = { sku: 'PEN-1', quantity: 1, unitPrice: 300 };

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: OrderServiceFixture;

  beforeAll(async () => {
    service = await startOrderService(kind, { PAYMENT_URL: 'http://127.0.0.1:9' });
    return () => service.close();
  });

  /** Stores orders of one second, the oldest first; several share a millisecond. */
  async function storeOrders(subject: string, howMany: number, issuer = service.issuer.url): Promise<string[]> {
    const start = Date.parse('2026-11-23T12:00:00Z');
    const rows = Array.from({ length: howMany }, (_, index) => ({
      id: randomUUID(),
      issuer,
      subject,
      items: [line],
      total: 300,
      currency: 'EUR' as const,
      paymentMethod: 'pm_card_visa',
      createdAt: new Date(start + Math.floor(index / 3)),
    }));
    await service.db.insert(orders).values(rows);
    return rows.map(({ id }) => id);
  }

  async function pageOf(query: string, as: As) {
    return orderPage.parse((await service.get(`/orders${query}`, as)).body);
  }

  test('gives each order once, newest first, page by page', async () => {
    const ids = await storeOrders('pat', 11);
    const seen: { id: string; createdAt: string }[] = [];
    for (let query = '?limit=4'; query !== ''; ) {
      const { items, nextCursor } = await pageOf(query, { subject: 'pat' });
      seen.push(...items);
      query = nextCursor === null ? '' : `?limit=4&cursor=${nextCursor}`;
    }
    expect(seen.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test('has no next page after a page that is just full', async () => {
    await storeOrders('quinn', 2);
    expect(await pageOf('?limit=2', { subject: 'quinn' })).toMatchObject({ nextCursor: null });
    expect(await pageOf('', { subject: 'nobody' })).toEqual({ items: [], nextCursor: null });
  });

  test('an order that comes in between moves no page', async () => {
    await storeOrders('rae', 4);
    const first = await pageOf('?limit=2', { subject: 'rae' });
    await service.place({ items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' }, { subject: 'rae' });
    const second = await pageOf(`?limit=2&cursor=${first.nextCursor}`, { subject: 'rae' });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
  });

  test('holds 50 orders unless told otherwise', async () => {
    await storeOrders('sam', 51);
    expect((await pageOf('', { subject: 'sam' })).items).toHaveLength(50);
    expect((await pageOf('?limit=200', { subject: 'sam' })).items).toHaveLength(51);
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    'cursor=',
    'cursor=page-2',
    'page=2',
  ])('refuses ?%s', async (query) => {
    expect(await service.get(`/orders?${query}`)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  test('shows nobody the orders of another, nor those of a namesake at another issuer', async () => {
    const [own = ''] = await storeOrders('tess', 1);
    const [namesakes = ''] = await storeOrders('tess', 1, 'https://elsewhere.example');
    expect((await pageOf('', { subject: 'tess' })).items.map(({ id }) => id)).toEqual([own]);
    expect((await service.get(`/orders/${own}`, { subject: 'tess' })).status).toBe(200);
    expect((await service.get(`/orders/${namesakes}`, { subject: 'tess' })).status).toBe(404);
  });

  test('answers another’s order, an unknown one and no id at all alike', async () => {
    const [foreign] = await storeOrders('uma', 1);
    const answers = await Promise.all([foreign, randomUUID(), 'x%27'].map((id) => service.get(`/orders/${id}`)));
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect({ ...body, instance: '' }).toEqual({ ...answers[0]?.body, instance: '' });
    }
  });

  test('needs order.read', async () => {
    const as = { scopes: [Scope.OrderWrite] };
    expect([
      (await service.get('/orders', as)).status,
      (await service.get(`/orders/${randomUUID()}`, as)).status,
    ]).toEqual([403, 403]);
  });

  test('finds a page along the index, without sorting', async () => {
    await storeOrders('vic', 30);
    const query = { limit: 5, cursor: { createdAt: new Date(), id: randomUUID() } };
    const plan = await service.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_bitmapscan = off`);
      const page = pageAndOneMore(tx, { issuer: service.issuer.url, subject: 'vic' }, query);
      return JSON.stringify(await tx.execute(sql`explain ${page}`));
    });
    expect(plan).toContain('Index Scan Backward using orders_of_owner');
    expect(plan).not.toContain('Sort');
  });

  test('the catalogue is open to everybody', async () => {
    const response = await fetch(`${service.url}/catalogue`);
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty('items.0', {
      sku: 'BOOK-1',
      name: expect.any(String),
      unitPrice: 1999,
      currency: 'EUR',
    });
  });
});
