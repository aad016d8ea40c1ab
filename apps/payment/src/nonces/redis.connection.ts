import { Logger } from '@nestjs/common';
import { createClient } from '@redis/client';
import type { RedisSet } from '@waybill/auth';

/** A connection to Redis that comes back by itself. */
export interface RedisConnection extends RedisSet {
  close(): void;
}

/** How long one command may take, milliseconds: well within the time-out of those who call this service. */
const commandTimeoutMs = 1000;
const longestPauseMs = 2000;

/**
 * Connects in the background, for as long as it takes: a service starts without its Redis. Until it is there, and
 * whenever it is lost, commands fail at once instead of waiting in line.
 */
export function connectRedis(url: string): RedisConnection {
  const logger = new Logger('Redis');
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, longestPauseMs) },
  });
  client.on('error', (error: Error) => logger.error(`Redis is away: ${reasonOf(error)}.`));
  client.on('ready', () => logger.log('Redis is there.'));
  const connect = () => client.connect().catch((error: Error) => logger.error(`No Redis: ${reasonOf(error)}.`));
  /** A connection that took a command and stays silent is given up: TCP alone would take minutes to see it. */
  const startAnew = () => {
    if (!client.isReady) return;
    client.destroy();
    void connect();
  };
  void connect();
  return {
    set: (key, value, options) => withinTime(client.set(key, value, options), startAnew),
    close: () => client.destroy(),
  };
}

/** An error of several addresses has no message of its own. */
function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}

/** A server that takes a command and never answers must not hold the request. */
async function withinTime<T>(reply: Promise<T>, whenLate: () => void): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`No reply within ${commandTimeoutMs} ms.`));
    whenLate();
  }, commandTimeoutMs);
  try {
    return await Promise.race([reply, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
