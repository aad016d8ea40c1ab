import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer, type Server, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { redisReplayStore } from '@waybill/auth';
import { testDatabases } from '@waybill/database/testing';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { startPaymentService } from '../payment-service.fixture.js';
import { connectRedis } from './redis.connection.js';

const redisUrl = inject('redisUrl');

Logger.overrideLogger(false);

/** A replica's store, with keys of this test's own. */
function replica(url: string) {
  const connection = connectRedis(url);
  onTestFinished(() => connection.close());
  const store = redisReplayStore(connection, 'waybill-test:');
  return { record: () => store.record(nonce, 5), ready: () => vi.waitFor(() => store.record(randomUUID(), 1), 5000) };
}

const nonce = randomUUID();

/** A way to Redis that can be cut, or fall silent. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;

  constructor(private readonly target: URL) {}

  async open(): Promise<string> {
    this.server = createServer((near) => this.join(near)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return `redis://127.0.0.1:${this.port}`;
  }

  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  cut(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connectTo(Number(this.target.port || 6379), this.target.hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  }
}

describe.skipIf(redisUrl === null)('with Redis', () => {
  const wireOf = () => {
    const wire = new Wire(new URL(redisUrl ?? ''));
    onTestFinished(() => wire.cut());
    return wire;
  };

  test('a nonce that one replica has seen is known to all', async () => {
    const [first, second] = [replica(redisUrl ?? ''), replica(redisUrl ?? '')];
    await Promise.all([first.ready(), second.ready()]);
    expect(await first.record()).toBe(true);
    expect(await second.record()).toBe(false);
  });

  test('while Redis is away a nonce is refused at once, and accepted again when it is back', async () => {
    const wire = wireOf();
    const store = replica(await wire.open());
    await store.ready();
    wire.cut();
    await vi.waitFor(() => expect(store.record()).rejects.toThrow());
    const began = performance.now();
    await expect(store.record()).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(500);
    await wire.open();
    await store.ready();
  });

  test('a Redis that falls silent holds no request, and is connected to anew', async () => {
    const wire = wireOf();
    const store = replica(await wire.open());
    await store.ready();
    wire.silence();
    await expect(store.record()).rejects.toThrow(/No reply within 1000 ms/);
    await store.ready();
  });
});

test('a service starts without its Redis, and answers 503 where it would need it', async () => {
  const [embedded] = testDatabases();
  if (embedded === undefined) throw new Error('The embedded database is always there.');
  const service = await startPaymentService(embedded, { environment: { REDIS_URL: 'redis://127.0.0.1:1' } });
  onTestFinished(() => service.close());
  const body = { orderId: randomUUID(), amount: { amount: 300, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
  expect(await service.chargeAs('alice', body)).toMatchObject({ status: 503, body: { code: 'verdict_unavailable' } });
});
