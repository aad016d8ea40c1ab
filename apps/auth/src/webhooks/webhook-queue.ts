import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { databaseReason, InjectDatabase, Jobs } from '@waybill/database';
import { and, asc, lt, ne, sql } from 'drizzle-orm';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { DeliverWebhook, isDue } from './deliver-webhook.js';
import { webhookDeliveries } from './webhook-delivery.table.js';

const queue = 'deliver-webhook';
/** How often what is due is looked for, and how often what is old, milliseconds. */
const [lookEveryMs, pruneEveryMs] = [1_000, 60 * 60 * 1_000];
/** How many deliveries one look sends, and how many a batch has under way. */
const [mostAtOnce, batchSize] = [100, 20];
/** Longer than a receiver may take; then the job of a killed process is another's. */
const expireInSeconds = 15;
const keptDays = 30;

/** Has deliveries attempted when they are due: each as a durable job, which no two replicas do at once. */
@Injectable()
export class WebhookQueue implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Webhooks');
  private readonly timers: NodeJS.Timeout[] = [];
  private looking = false;

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly jobs: Jobs,
    private readonly deliver: DeliverWebhook,
  ) {}

  onModuleInit(): void {
    if (this.config.webhooks.length === 0) return;
    this.jobs.queue(queue, { policy: 'exclusive', retryLimit: 0, expireInSeconds });
    this.jobs.work<{ id: number }>(queue, { batchSize, pollingIntervalSeconds: 0.5 }, (batch) =>
      Promise.all(batch.map(({ data }) => this.deliver.attempt(data.id))),
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.webhooks.length === 0) return;
    this.timers.push(setInterval(() => void this.look(), lookEveryMs).unref());
    this.timers.push(setInterval(() => void this.prune(), pruneEveryMs).unref());
  }

  onModuleDestroy(): void {
    this.timers.forEach(clearInterval);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await this.sendDue();
    } catch (error) {
      this.logger.warn(`What is due waits for the next turn: ${databaseReason(error)}`);
    } finally {
      this.looking = false;
    }
  }

  /** A job that there is already stays as it is; one that was lost with its process is sent again. */
  private async sendDue(): Promise<void> {
    const due = await this.db
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(isDue)
      .orderBy(asc(webhookDeliveries.nextAttemptAt))
      .limit(mostAtOnce);
    const jobs = due.map(({ id }) => ({ data: { id }, singletonKey: String(id) }));
    if (jobs.length > 0) await this.jobs.insert(queue, jobs);
  }

  private async prune(): Promise<void> {
    try {
      const old = lt(webhookDeliveries.createdAt, sql`now() - make_interval(days => ${keptDays})`);
      await this.db.delete(webhookDeliveries).where(and(ne(webhookDeliveries.status, 'pending'), old));
    } catch (error) {
      this.logger.warn(`Old deliveries stay until the next turn: ${databaseReason(error)}`);
    }
  }
}
