import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { ReplayStore } from '@waybill/auth';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { NONCES, NoncesModule } from './index.js';

const redisUrl = inject('redisUrl');

async function storeOf(service: string, url: string | undefined): Promise<ReplayStore> {
  const context = await NestFactory.createApplicationContext(NoncesModule.forRoot(service, url), { logger: false });
  onTestFinished(() => context.close());
  const store = context.get<ReplayStore>(NONCES);
  await vi.waitFor(() => store.record(randomUUID(), 1), 5000);
  return store;
}

test.skipIf(redisUrl === null)(
  'the replicas of a service share their nonces, and no other service takes part',
  async () => {
    const [first, second] = [await storeOf('order', redisUrl ?? ''), await storeOf('order', redisUrl ?? '')];
    const other = await storeOf('payment', redisUrl ?? '');
    const nonce = randomUUID();
    expect([await first.record(nonce, 5), await second.record(nonce, 5), await other.record(nonce, 5)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(first.forgetsOnRestart).toBe(false);
  },
);

test('without Redis the process remembers them, and says that it forgets', async () => {
  const store = await storeOf('order', undefined);
  expect([await store.record('n', 5), await store.record('n', 5)]).toEqual([true, false]);
  expect(store.forgetsOnRestart).toBe(true);
});
