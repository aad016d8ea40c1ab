import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DatabaseError } from '../database-error.js';
import { databaseReason } from '../failure/causes.js';
import { isDatabaseAway } from '../failure/database-away.js';
import type { ServerAddress } from './server-address.js';

const retryEveryMs = 500;

/**
 * Tries until the server can be reached, for `seconds` at most. Only what may pass is waited for; a definite answer,
 * such as a wrong password, is thrown at once.
 * @throws DatabaseError
 */
export async function waitForServer<T>(
  { name, address, seconds }: { name: string; address: ServerAddress; seconds: number },
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (let said = false; ; said = true) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      if (!isDatabaseAway(error)) throw refused(name, address, error);
      if (Date.now() + retryEveryMs > deadline) throw unreachable(name, address, seconds, error);
      if (!said) sayWaiting(name, address, seconds, error);
      await sleep(retryEveryMs);
    }
  }
}

function sayWaiting(name: string, address: ServerAddress, seconds: number, error: unknown): void {
  new Logger('Database').warn(
    `${name}: PostgreSQL at ${address} cannot be reached yet (${databaseReason(error)}); waiting up to ${seconds} s`,
  );
}

function unreachable(name: string, address: ServerAddress, seconds: number, error: unknown): DatabaseError {
  return new DatabaseError(
    `${name}: PostgreSQL at ${address} could not be reached within ${seconds} s (${databaseReason(error)}). Start it, or correct DATABASE_URL.`,
    { cause: error },
  );
}

function refused(name: string, address: ServerAddress, error: unknown): DatabaseError {
  return new DatabaseError(
    `${name}: PostgreSQL at ${address} refuses: ${databaseReason(error)}. Correct DATABASE_URL, or create the role and its database on the server.`,
    { cause: error },
  );
}
