import { Logger } from '@nestjs/common';
import { createClient } from '@redis/client';
import type { RedisSet } from '@waybill/auth';

/** A connection to Redis that comes back by itself. */
export interface RedisConnection extends RedisSet {
  /** Runs a Lua script, which is atomic (`EVAL`). Rejects at once while Redis is away. */
  evaluate(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  close(): void;
}

/** How long one command may take, milliseconds: well within the time-out of those who call this service. */
const commandTimeoutMs = 1000;
const longestPauseMs = 2000;

/**
 * Connects in the background, for as long as it takes: a service starts without its Redis. Until it is there, and
 * whenever it is lost, commands fail at once instead of waiting in line. The log says once that it is away, and once
 * that it is there.
 */
export function connectRedis(url: string): RedisConnection {
  const logger = new Logger('Redis');
  let away = false;
  const lost = (error: Error) => {
    if (!away) logger.error(`Redis is away: ${reasonOf(error)}.`);
    away = true;
  };
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, longestPauseMs) },
  });
  client.on('error', lost);
  client.on('ready', () => {
    away = false;
    logger.log('Redis is there.');
  });
  const connect = () => client.connect().catch(lost);
  /** A connection that took a command and stays silent is given up: TCP alone would take minutes to see it. */
  const startAnew = () => {
    if (!client.isReady) return;
    client.destroy();
    void connect();
  };
  void connect();
  return {
    set: (key, value, options) => withinTime(client.set(key, value, options), startAnew),
    evaluate: (script, keys, args) =>
      withinTime(client.eval(script, { keys: [...keys], arguments: [...args] }), startAnew),
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
