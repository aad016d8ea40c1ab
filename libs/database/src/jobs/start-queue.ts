import { AssertionError } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ConstructorOptions, PgBoss } from 'pg-boss';
import { databaseReason } from '../failure/causes.js';
import { isDatabaseAway } from '../failure/database-away.js';
import type { JobConnection } from './job-connection.js';

const retryEveryMs = 1_000;
const complainEveryMs = 10_000;

/** What is done to a queue once it has started, in this order. */
export type Declaration = (boss: PgBoss) => Promise<unknown>;

/**
 * Starts pg-boss and declares the queues and their workers, again and again until it worked: the database may be away,
 * and replicas that start at once race for the schema. The queue outlives what happens to the database later.
 */
export async function startQueue(
  connection: JobConnection,
  declarations: readonly Declaration[],
  stopping: AbortSignal,
): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const complain = complaints();
  const boss = new PgBoss(bossOptions(connection));
  boss.on('error', complain);
  boss.on('warning', ({ message }) => logger.warn(message));
  try {
    await untilDone(() => boss.start(), stopping, complain);
    for (const declare of declarations) await untilDone(() => declare(boss), stopping, complain);
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
}

const logger = new Logger('Jobs');

/**
 * A job whose process was killed is found when it has been active for the `expireInSeconds` of its queue, within the two
 * seconds of one round. What this repository does not use (schedules, flows, the registry of instances) stays off, since
 * each costs statements for as long as the service runs.
 */
function bossOptions({ backend, db }: JobConnection): ConstructorOptions {
  return {
    db,
    backend,
    schema: 'jobs',
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    maintenanceIntervalSeconds: 600,
    flowIntervalSeconds: 86_400,
    bamIntervalSeconds: 600,
    schedule: false,
    reindex: false,
    registerInstance: false,
    monitorVacuum: false,
  };
}

/** What pg-boss asserts is a declaration that it can never fulfil: that ends the process, as at boot it must. */
async function untilDone(
  step: () => Promise<unknown>,
  stopping: AbortSignal,
  complain: (error: Error) => void,
): Promise<void> {
  for (;;) {
    stopping.throwIfAborted();
    try {
      await step();
      return;
    } catch (error) {
      if (!(error instanceof Error) || error instanceof AssertionError) throw error;
      complain(error);
      await sleep(retryEveryMs, undefined, { signal: stopping });
    }
  }
}

/** While the database is away every poll fails: one line in ten seconds tells as much as all of them. */
function complaints(): (error: Error) => void {
  let last = -Infinity;
  return (thrown) => {
    const error = thrown instanceof Error ? thrown : Object.assign(new Error(), thrown);
    if (!isDatabaseAway(error)) return logger.error(`the job queue: ${databaseReason(error)}`);
    if (performance.now() - last < complainEveryMs) return;
    last = performance.now();
    logger.warn(`the job queue waits for the database (${databaseReason(error)})`);
  };
}
