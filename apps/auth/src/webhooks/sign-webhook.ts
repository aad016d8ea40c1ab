import { createHmac } from 'node:crypto';

/** A message on its way: its id, the same at every attempt; the time of the attempt, seconds since the epoch; its body. */
export interface WebhookMessage {
  id: string;
  timestamp: number;
  body: string;
}

/** The `webhook-signature` field of a message (Standard Webhooks 1.0): HMAC-SHA-256 by each secret, parted by spaces. */
export function webhookSignature({ id, timestamp, body }: WebhookMessage, secrets: readonly Buffer[]): string {
  const signed = `${id}.${timestamp}.${body}`;
  return secrets.map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`).join(' ');
}
