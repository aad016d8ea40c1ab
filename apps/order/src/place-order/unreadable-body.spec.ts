import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';
import { orders } from '../orders/order.table.js';

const line = { sku: 'BOOK-1', quantity: 1 };
const body = { items: [line], paymentMethod: 'pm_card_visa' };

describe.each(testDatabases().slice(0, 1))('on the $kind database, nothing is stored of', (kind) => {
  let service: OrderServiceFixture;

  beforeAll(async () => {
    service = await startOrderService(kind, { PAYMENT_URL: 'http://127.0.0.1:9' });
    return async () => {
      expect(await service.db.select().from(orders)).toEqual([]);
      await service.close();
    };
  });

  test.each([
    ['an unknown SKU', { ...body, items: [line, { sku: 'BOOK-9', quantity: 1 }] }, 'items.1.sku', /line 2: BOOK-9/],
    ['quantity 0', { ...body, items: [{ ...line, quantity: 0 }] }, 'items.0.quantity', /at least 1/],
    ['a huge quantity', { ...body, items: [{ ...line, quantity: 1e9 }] }, 'items.0.quantity', /at most 100/],
    ['a quantity as text', { ...body, items: [{ ...line, quantity: '1' }] }, 'items.0.quantity', /number/],
    ['a member that is not known', { ...body, total: 1 }, 'total', /not known/],
    ['no items', { ...body, items: [] }, 'items', /at least 1/],
    ['51 lines', { ...body, items: Array(51).fill(line) }, 'items', /at most 50/],
    ['a prototype for everybody', JSON.stringify(body).replace('{', '{"__proto__":{"admin":true},'), '', /./],
  ])('%s: 400 that says where', async (_, given, path, message) => {
    const { status, body: problem } = await service.place(given);
    expect(status).toBe(400);
    if (path === '') return;
    const errors = [expect.objectContaining({ path, message: expect.stringMatching(message) })];
    expect(problem).toMatchObject({ code: 'validation_failed', errors });
  });

  test('broken JSON: 400', async () => {
    expect(await service.place('{"items":[')).toMatchObject({ status: 400, body: { code: 'malformed_body' } });
  });

  test.each([
    ['a text', 'text/plain', 415],
    ['XML', 'application/xml', 415],
    ['a form', 'application/x-www-form-urlencoded', 400],
  ])('%s: %s, %i', async (_, type, status) => {
    const headers = { authorization: `Bearer ${service.tokenOf({})}`, 'content-type': type };
    const form = 'items[0][sku]=BOOK-1&items[0][quantity]=1&paymentMethod=pm_card_visa';
    const response = await fetch(`${service.url}/place-order`, { method: 'POST', headers, body: form });
    expect(response.status).toBe(status);
  });

  test('a body without a content type: 415', async () => {
    const headers = { authorization: `Bearer ${service.tokenOf({})}` };
    const bytes = Buffer.from(JSON.stringify(body));
    const response = await fetch(`${service.url}/place-order`, { method: 'POST', headers, body: bytes });
    expect(response.status).toBe(415);
  });

  test('a body over 64 KiB: 413', async () => {
    const { status } = await service.place({ ...body, paymentMethod: 'x'.repeat(65_536) });
    expect(status).toBe(413);
  });
});
