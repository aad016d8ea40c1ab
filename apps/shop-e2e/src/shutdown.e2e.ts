import { setTimeout as sleep } from 'node:timers/promises';
import { demoPassword } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import type { Shop } from '@waybill/shop';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { Deployment } from './deployment.js';
import { send } from './http.js';

const customers = 8;
const rounds = 2;
const json = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };

describe.each(testDatabases())('order on the $kind database', (kind) => {
  let deployment: Deployment;
  let shop: Shop;

  beforeAll(async () => {
    deployment = await Deployment.prepare(kind, inject('redisUrl'));
    shop = await deployment.start();
  });

  afterAll(async () => {
    await shop?.stop();
    await deployment?.remove();
  });

  test('is told to stop while orders are placed, and every order that reached it is answered', async () => {
    const { body } = await send(`${shop.urls.auth}/login`, { json: { username: 'alice', password: demoPassword } });
    const token = String(body.access_token);
    let placed = 0;
    for (let round = 0; round < rounds; round++) {
      const outcomes = Promise.all(Array.from({ length: customers }, () => orderUntilRefused(token)));
      await sleep(1_000);
      shop.kill('order', 'SIGTERM');
      for (const statuses of await outcomes) {
        expect(new Set(statuses)).toEqual(new Set([201]));
        placed += statuses.length;
      }
      await vi.waitUntil(() => said('order ready at') === round + 2, { timeout: 30_000 });
    }

    expect(deployment.log.filter((line) => line.startsWith('order died'))).toEqual(
      Array(rounds).fill(expect.stringContaining('(exit code 0)')),
    );
    expect(await count(token)).toBe(placed);
  });

  const said = (line: string) => deployment.log.filter((each) => each.startsWith(line)).length;

  /**
   * Places one order after another until nobody listens any more. A connection that the system has made and the service
   * has not taken when it stops listening is reset: then nobody may listen either, and the count at the end tells whether
   * an order reached the service all the same.
   */
  async function orderUntilRefused(token: string): Promise<number[]> {
    const statuses: number[] = [];
    for (let wasReset = false; ; ) {
      try {
        statuses.push((await send(`${shop.urls.order}/place-order`, { token, json })).status);
        expect(wasReset, 'a service that resets a connection listens no more').toBe(false);
      } catch (error) {
        const { cause } = error as { cause?: { code?: string } };
        if (cause?.code === 'ECONNREFUSED') return statuses;
        if (cause?.code !== 'ECONNRESET' || wasReset) throw error;
        wasReset = true;
      }
    }
  }

  /** How many orders the customer has. */
  async function count(token: string): Promise<number> {
    let counted = 0;
    for (let cursor = ''; ; ) {
      const { body } = await send(`${shop.urls.order}/orders?limit=200${cursor}`, { token });
      counted += (body.items as unknown[]).length;
      if (!body.nextCursor) return counted;
      cursor = `&cursor=${body.nextCursor}`;
    }
  }
});
