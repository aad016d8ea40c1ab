import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresServer, ShutdownMode } from '../deployment/index.js';
import type { Random } from '../seed/random.js';

/** How often the database server was stopped and started again, by the manner of stopping. */
export type ServerRestarts = Record<ShutdownMode, number>;

const seconds = { least: 2, most: 7 };

/** Restarts the database server every few seconds until the signal is aborted; then it is up. */
export async function restartServer(
  server: PostgresServer,
  random: Random,
  restarts: ServerRestarts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(random.int(seconds.least * 1000, seconds.most * 1000), undefined, { signal }).catch(() => undefined);
    const mode: ShutdownMode = random.pick(['immediate', 'fast']);
    if (signal.aborted) return;
    await server.restart(mode);
    restarts[mode] += 1;
  }
}
