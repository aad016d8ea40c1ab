import { desc, lt } from 'drizzle-orm';
import type { AuthDatabase } from '../database.js';
import { type NumberedListQuery, type Page, pageOf } from '../lists/page.js';
import { type WebhookDelivery, webhookDeliveries } from './webhook-delivery.table.js';

/** A delivery as `GET /webhook-deliveries` shows it. Instants are of RFC 3339. */
export interface ShownDelivery {
  id: string;
  url: string;
  /** The event's position in the log, its type, and whom it is about (RFC 9493). */
  event: { seq: number; type: string; subject: unknown };
  status: WebhookDelivery['status'];
  attempts: number;
  lastFailure: string | null;
  createdAt: string;
  /** Null once it is decided. */
  nextAttemptAt: string | null;
  deliveredAt: string | null;
}

/** One page of the deliveries, newest first. */
export async function listDeliveries(
  db: AuthDatabase,
  { limit, cursor: after }: NumberedListQuery,
): Promise<Page<ShownDelivery>> {
  const rows = await db
    .select()
    .from(webhookDeliveries)
    .where(after === undefined ? undefined : lt(webhookDeliveries.id, after))
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit + 1);
  return pageOf(rows, limit, toShown);
}

function toShown(delivery: WebhookDelivery): ShownDelivery {
  const { messageId: id, url, status, attempts, lastFailure, createdAt, nextAttemptAt, deliveredAt } = delivery;
  return {
    id,
    url,
    event: eventIn(delivery),
    status,
    attempts,
    lastFailure,
    createdAt: createdAt.toISOString(),
    nextAttemptAt: status === 'pending' ? nextAttemptAt.toISOString() : null,
    deliveredAt: deliveredAt?.toISOString() ?? null,
  };
}

/** It is this service's own text: its signature need not be checked. */
function eventIn({ seq, set }: WebhookDelivery): ShownDelivery['event'] {
  const { sub_id: subject, events } = JSON.parse(Buffer.from(set.split('.')[1] ?? '', 'base64url').toString());
  return { seq, type: Object.keys(events)[0] ?? '', subject };
}
