import type { Money } from '@waybill/contracts';

/** What the gateway is asked to charge. `amount` is in minor units. */
export interface ChargeRequest extends Money {
  /** Names the charge for ever: the same key never charges twice. It is the order's id. */
  idempotencyKey: string;
  /** How the customer pays, in the gateway's own words, such as `pm_card_visa`. */
  paymentMethod: string;
}

/** What the gateway is asked to give back of a charge. `amount` is in minor units. */
export interface RefundRequest extends Money {
  /** Names the refund for ever: the same key never refunds twice. It is the refund's id. */
  idempotencyKey: string;
  /** The gateway's name for the charge. */
  chargeReference: string;
}

/** What the gateway decided, for good. `reference` is its name for the charge or refund, `reason` a word such as `insufficient_funds`. */
export type GatewayOutcome = { status: 'succeeded'; reference: string } | { status: 'declined'; reason: string };

/**
 * The port to the company that moves the money. An adapter for a real provider passes `idempotencyKey` on as the
 * provider's own idempotency key (Stripe: `Idempotency-Key`), so that asking again never moves money again, and answers
 * only what the provider has decided for good. Everything else (connection lost, 5xx, still in progress) it throws as
 * `GatewayOutcomeUnknown`: the attempt then stays open, and whoever comes next asks again under the same key. Where a
 * provider forgets its keys after a while, the adapter first looks the key up in the provider's records.
 */
export abstract class PaymentGateway {
  /**
   * Charges once per idempotency key; a repeated key gives the first outcome again.
   * @param signal says that nobody waits any more; the money may move all the same
   * @throws GatewayOutcomeUnknown
   */
  abstract charge(request: ChargeRequest, signal: AbortSignal): Promise<GatewayOutcome>;

  /** Gives money back once per idempotency key; otherwise as `charge`. @throws GatewayOutcomeUnknown */
  abstract refund(request: RefundRequest, signal: AbortSignal): Promise<GatewayOutcome>;
}

/** Nobody can say whether the money moved; asking again under the same key will tell. */
export class GatewayOutcomeUnknown extends Error {
  override readonly name = 'GatewayOutcomeUnknown';
}

/** An outcome as a payment or a refund records it. */
export function recorded(outcome: GatewayOutcome) {
  return outcome.status === 'succeeded'
    ? { status: outcome.status, gatewayReference: outcome.reference }
    : { status: outcome.status, declineReason: outcome.reason };
}
