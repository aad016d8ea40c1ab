import { webhookSignature } from './sign-webhook.js';
import type { Webhook } from './webhook.js';
import type { WebhookDelivery } from './webhook-delivery.table.js';

/** How long a receiver may take, milliseconds. */
const timeoutMs = 5_000;

/**
 * Pushes a Security Event Token to a webhook (RFC 8935 §2.1), with the header fields of Standard Webhooks besides. Follows no
 * redirect. Answers why the receiver did not take it; undefined: it did, with a status of 2xx.
 */
export async function postWebhook(delivery: WebhookDelivery, webhook: Webhook): Promise<string | undefined> {
  const { messageId: id, set: body } = delivery;
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'Content-Type': 'application/secevent+jwt',
    Accept: 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': webhookSignature({ id, timestamp, body }, webhook.secrets),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(webhook.url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel();
    return response.ok ? undefined : `the receiver answered ${response.status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** What went wrong on the way, in the words of the system: nothing that the receiver sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `no connection (${code})` : 'the request failed';
}
