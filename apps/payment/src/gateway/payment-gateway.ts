import type { Money } from '@waybill/contracts';

/** What the gateway is asked to charge. `amount` is in minor units. */
export interface ChargeRequest extends Money {
  /** Names the charge for ever: the same key never charges twice. It is the order's id. */
  idempotencyKey: string;
  /** How the customer pays, in the gateway's own words, such as `pm_card_visa`. */
  paymentMethod: string;
}

/** What the gateway decided, for good. `reference` is the gateway's name for the charge, `reason` a word such as `insufficient_funds`. */
export type ChargeOutcome = { status: 'succeeded'; reference: string } | { status: 'declined'; reason: string };

/**
 * The port to the company that moves the money. An adapter for a real provider passes `idempotencyKey` on as the
 * provider's own idempotency key (Stripe: `Idempotency-Key`), so that asking again never charges again, and answers only
 * what the provider has decided for good. Everything else (time-out, connection lost, 5xx, a charge still in progress) it
 * throws as `GatewayOutcomeUnknown`: the payment then stays open, and the next request for the same order asks again
 * under the same key. A time-out of its own keeps it under the order service's `PAYMENT_TIMEOUT_MS`.
 */
export abstract class PaymentGateway {
  /** Charges once per idempotency key; a repeated key gives the first outcome again. @throws GatewayOutcomeUnknown */
  abstract charge(request: ChargeRequest): Promise<ChargeOutcome>;
}

/** Nobody can say whether the money moved; asking again under the same key will tell. */
export class GatewayOutcomeUnknown extends Error {
  override readonly name = 'GatewayOutcomeUnknown';
}
