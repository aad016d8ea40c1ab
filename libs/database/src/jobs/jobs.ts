import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Job, JobInsert, PgBoss, Queue, SendOptions, WorkOptions } from 'pg-boss';
import type { Database, OpenDatabase } from '../database.js';
import { databaseReason } from '../failure/causes.js';
import { OPEN_DATABASE } from '../nest/database.health.js';
import { type JobConnection, transactionConnection } from './job-connection.js';
import { type Declaration, startQueue } from './start-queue.js';

/** How long `send` waits for a queue that is still starting. */
const startPatienceMs = 3_000;
/** How long jobs that are in hand may take from the beginning of a shutdown; what is cut off is done again by another process. */
const stopPatienceMs = 7_000;
const leastStopPatienceMs = 1_000;

/** What holds for a queue unless it says otherwise: a job of a killed process is retried within about ten seconds. */
const queueDefaults = { expireInSeconds: 6, deleteAfterSeconds: 3_600 } satisfies Omit<Queue, 'name'>;

/** How a job is stored, in pg-boss' words, and optionally the transaction that it belongs to. */
export type JobOptions = Omit<SendOptions, 'db'> & { transaction?: Pick<Database, 'execute'> };

/** Does a batch of jobs. Must be done before `expireInSeconds` is over or heed `job.signal`: then the jobs are another's. */
export type JobHandler<Data extends object> = (jobs: Job<Data>[]) => Promise<unknown>;

/**
 * The durable jobs of a service, kept in its own database by pg-boss, whose words these are. Queues and workers are
 * declared while the application is put together (in a constructor or `onModuleInit`); the queue starts in the
 * background after that, without holding up the boot, and only where something was declared. At shutdown no further job
 * is begun, those in hand are finished, and jobs can be sent until the last request has been answered.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly declarations: Declaration[] = [];
  private readonly worked = new Set<string>();
  private readonly stopping = new AbortController();
  private connection: JobConnection | undefined;
  private started: Promise<PgBoss | undefined> | undefined;
  private stopBy = 0;

  constructor(@Inject(OPEN_DATABASE) private readonly open: OpenDatabase) {}

  /** Declares a queue: made where it is missing, brought up to date where it exists (but for `policy`, which stays). */
  queue(name: string, options: Omit<Queue, 'name'> = {}): void {
    const { policy, partition, ...changeable } = { ...queueDefaults, ...options };
    this.declare(async (boss) => {
      await boss.createQueue(name, { ...changeable, ...(policy && { policy }), ...(partition && { partition }) });
      await boss.updateQueue(name, changeable);
    });
  }

  /** Declares who does the jobs of a queue that was declared before. A job whose handler throws is retried as its queue says. */
  work<Data extends object>(name: string, options: WorkOptions, handler: JobHandler<Data>): void {
    this.worked.add(name);
    this.declare((boss) => boss.work<Data>(name, options, withPlainFailures(name, handler)));
  }

  /**
   * Stores a job.
   * @param options with a `transaction` the job is stored with all of it, or not at all
   * @returns its id; null: the queue's policy or the `singletonKey` says that there is one already
   */
  async send(name: string, data: object, { transaction, ...options }: JobOptions = {}): Promise<string | null> {
    // A transaction is not held open for a queue that is starting, which on the embedded database would wait for its end.
    const boss = await this.running(transaction ? 0 : startPatienceMs);
    return boss.send(name, data, { ...options, ...(transaction && { db: await transactionConnection(transaction) }) });
  }

  /** Stores several jobs in one statement, but for those of which the `singletonKey` says that there is one already. */
  async insert(name: string, jobs: JobInsert[]): Promise<void> {
    const boss = await this.running(startPatienceMs);
    await boss.insert(name, jobs);
  }

  /** @internal */
  onApplicationBootstrap(): void {
    this.started = this.declarations.length > 0 ? this.start() : Promise.resolve(undefined);
  }

  /** @internal */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopBy = performance.now() + stopPatienceMs;
    const boss = await this.soon(0);
    for (const name of this.worked) await boss?.offWork(name, { wait: false });
  }

  /** @internal */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const boss = await this.started;
    const timeout = Math.max(leastStopPatienceMs, this.stopBy - performance.now());
    if (boss) await Promise.race([boss.stop({ timeout }), sleep(timeout + 500)]);
    await this.connection?.close();
  }

  private declare(declaration: Declaration): void {
    if (this.started) throw new TypeError('The job queue has started. Declare queues and workers in onModuleInit.');
    this.declarations.push(declaration);
  }

  private async start(): Promise<PgBoss | undefined> {
    try {
      this.connection = await this.open.connectJobs();
      return await startQueue(this.connection, this.declarations, this.stopping.signal);
    } catch (error) {
      if (this.stopping.signal.aborted) return undefined;
      throw error;
    }
  }

  /** The queue once it has started, or nothing. */
  private async running(patienceMs: number): Promise<PgBoss> {
    const boss = await this.soon(patienceMs);
    if (boss === undefined) throw new Error('The job queue has not started yet');
    return boss;
  }

  private soon(patienceMs: number): Promise<PgBoss | undefined> {
    return Promise.race([this.started, sleep(patienceMs, undefined, { ref: false })]);
  }
}

/** pg-boss stores all of an error, and those of drivers and HTTP clients hold parameters and header fields: only the reason is kept. */
function withPlainFailures<Data extends object>(name: string, handler: JobHandler<Data>): JobHandler<Data> {
  return async (jobs) => {
    try {
      return await handler(jobs);
    } catch (error) {
      const reason = databaseReason(error);
      new Logger('Jobs').warn(`${name}: failed (${reason}); what is left of its attempts follows`);
      throw new Error(reason);
    }
  };
}
