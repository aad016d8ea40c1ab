import type { PGlite } from '@electric-sql/pglite';
import { Logger } from '@nestjs/common';
import { databaseReason } from '../failure/causes.js';

const checkpointEveryMs = 30_000;
const vacuumEveryMs = 300_000;

/**
 * Does what PostgreSQL's background processes would: the embedded engine has none, and its log would grow for ever.
 * @returns what ends it
 */
export function keepHouse(name: string, engine: PGlite): () => void {
  const timers = [
    setInterval(() => run(name, engine, 'CHECKPOINT'), checkpointEveryMs),
    setInterval(() => run(name, engine, 'VACUUM ANALYZE'), vacuumEveryMs),
  ];
  for (const timer of timers) timer.unref();
  return () => timers.forEach(clearInterval);
}

function run(name: string, engine: PGlite, statement: string): void {
  engine.exec(statement).catch((error: unknown) => {
    new Logger('Database').warn(`${name}: ${statement} failed: ${databaseReason(error)}`);
  });
}
