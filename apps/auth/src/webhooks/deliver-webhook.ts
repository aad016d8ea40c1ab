import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { and, eq, lte, sql } from 'drizzle-orm';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { pauseAfter } from './attempt-schedule.js';
import { postWebhook } from './post-webhook.js';
import { type WebhookDelivery, webhookDeliveries } from './webhook-delivery.table.js';

/** The deliveries that are to be attempted now. */
export const isDue = and(eq(webhookDeliveries.status, 'pending'), lte(webhookDeliveries.nextAttemptAt, sql`now()`));

/** Attempts deliveries. When one is due again, and whether at all, stands in its row. */
@Injectable()
export class DeliverWebhook {
  private readonly logger = new Logger('Webhooks');

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
  ) {}

  /** Attempts a delivery that is due, and takes note of what came of it. */
  async attempt(id: number): Promise<void> {
    const [delivery] = await this.db
      .select()
      .from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.id, id), isDue));
    if (delivery === undefined) return; // an earlier attempt has seen to it
    const webhook = this.config.webhooks.find(({ url }) => url === delivery.url);
    // Another replica may be configured otherwise, as long as a new configuration is rolled out.
    const failure = webhook ? await postWebhook(delivery, webhook) : 'the webhook is not configured here';
    if (failure === undefined) return this.note(delivery, { status: 'delivered', deliveredAt: new Date() });
    const pause = pauseAfter(delivery.attempts + 1);
    if (pause === undefined) return this.giveUp(delivery, failure);
    await this.note(delivery, { nextAttemptAt: new Date(Date.now() + pause * 1000), lastFailure: failure });
  }

  private async giveUp(delivery: WebhookDelivery, reason: string): Promise<void> {
    await this.note(delivery, { status: 'failed', lastFailure: reason });
    const { seq, url } = delivery;
    this.logger.error(`Event ${seq} was not delivered to ${url}, and will not be tried again: ${reason}.`);
  }

  private async note({ id, attempts }: WebhookDelivery, outcome: Partial<WebhookDelivery>): Promise<void> {
    const counted = { ...outcome, attempts: attempts + 1 };
    await this.db.update(webhookDeliveries).set(counted).where(eq(webhookDeliveries.id, id));
  }
}
