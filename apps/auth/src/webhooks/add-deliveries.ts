import type { AuthTransaction } from '../database.js';
import type { Webhook } from './webhook.js';
import { webhookDeliveries } from './webhook-delivery.table.js';

/** An event of the log: its position and the signed text. */
export interface LoggedEvent {
  seq: number;
  set: string;
}

/** Has every webhook told of these events, once the transaction that they are of has committed. */
export async function addDeliveries(
  tx: AuthTransaction,
  webhooks: readonly Webhook[],
  events: readonly LoggedEvent[],
): Promise<void> {
  const rows = events.flatMap(({ seq, set }) => webhooks.map(({ url }) => ({ url, seq, set })));
  if (rows.length > 0) await tx.insert(webhookDeliveries).values(rows);
}
