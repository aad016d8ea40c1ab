import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { databaseReason } from './causes.js';
import { isDatabaseAway } from './database-away.js';

const retryEveryMs = 500;
const patienceMs = 30_000;

/**
 * Does `work` until it succeeds while the database is away, for 30 s at most, and says so in one line. For what a service
 * does at boot and may do twice. Rejects with any other error, and with the last one when the time is up.
 */
export async function retryWhileAway<T>(name: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let said = false; ; said = true) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() + retryEveryMs > deadline) throw error;
      if (!said) {
        const reason = databaseReason(error);
        new Logger('Database').warn(`${name}: the database was lost while starting (${reason}); waiting up to 30 s`);
      }
      await sleep(retryEveryMs);
    }
  }
}
