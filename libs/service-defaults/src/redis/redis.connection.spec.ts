import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { redisReplayStore } from '@waybill/auth';
import { Wire } from '@waybill/database/testing';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
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

  test('the log says once that Redis is away, however often it is tried', async () => {
    const lines: string[] = [];
    const note = (line: string) => void lines.push(line);
    Logger.overrideLogger({ log: note, warn: note, error: note });
    onTestFinished(() => Logger.overrideLogger(false));
    const wire = wireOf();
    const store = replica(await wire.open());
    await store.ready();
    wire.cut();
    await setTimeout(1000); // three attempts to connect
    await wire.open();
    await store.ready();
    expect(lines).toEqual(['Redis is there.', expect.stringMatching(/^Redis is away: .+\.$/), 'Redis is there.']);
  });
});
