import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ReplayStore } from '@waybill/auth';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import type { ServiceName } from '../configuration/index.js';
import { NONCES, NoncesModule } from './index.js';

interface Setting {
  production?: boolean;
  logger?: LoggerService | false;
}

const redisUrl = inject('redisUrl');

async function storeOf(service: ServiceName, url: string | undefined, more: Setting = {}): Promise<ReplayStore> {
  const { production = false, logger = false } = more;
  const config = { service, redisUrl: url, production };
  const context = await NestFactory.createApplicationContext(NoncesModule.forRoot(config), { logger });
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

describe('at boot', () => {
  const warningsOf = async (url: string | undefined, production: boolean) => {
    const lines: string[] = [];
    const logger = { log() {}, error() {}, warn: (line: string) => lines.push(line) };
    await storeOf('order', url, { production, logger });
    return lines;
  };

  test('a service in production that remembers nonces in memory says so once', async () => {
    expect(await warningsOf(undefined, true)).toEqual([
      'Nonces are remembered in memory: of several replicas, each takes a proof or a signature once. Set REDIS_URL where there are several.',
    ]);
    expect(await warningsOf(undefined, false)).toEqual([]);
  });

  test.skipIf(redisUrl === null)('with Redis there is nothing to say', async () => {
    expect(await warningsOf(redisUrl ?? '', true)).toEqual([]);
  });
});

test('without Redis the process remembers them, and says that it forgets', async () => {
  const store = await storeOf('order', undefined);
  expect([await store.record('n', 5), await store.record('n', 5)]).toEqual([true, false]);
  expect(store.forgetsOnRestart).toBe(true);
});
