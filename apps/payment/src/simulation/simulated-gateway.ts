import {
  type ChargeRequest,
  type GatewayOutcome,
  GatewayOutcomeUnknown,
  PaymentGateway,
  type RefundRequest,
} from '../gateway/payment-gateway.js';
import type { Step } from './simulated-process.js';

/** What befalls a request: it never arrives, its answer is lost with an error, or in silence. */
export const gatewayFaults = ['unreachable', 'answer broken', 'answer silent'] as const;

/** One thing that befalls a request. */
export type GatewayFault = (typeof gatewayFaults)[number];

/** The methods of the simulation, by what becomes of a charge to them and of its refunds. */
export const methods = { pm_good: 'both', pm_declined: 'neither', pm_refund_declined: 'charge' } as const;

/** What a provider has decided, by idempotency key. It trusts its client blindly: it refunds whatever it is asked to. */
export class GatewayLedger {
  readonly charges = new Map<string, { request: ChargeRequest; outcome: GatewayOutcome }>();
  readonly refunds = new Map<string, { request: RefundRequest; outcome: GatewayOutcome }>();

  charge(request: ChargeRequest): GatewayOutcome {
    const { idempotencyKey: key, paymentMethod } = request;
    const charged = methods[paymentMethod as keyof typeof methods] !== 'neither';
    const decided = this.charges.get(key) ?? { request, outcome: outcomeOf(charged, `charge-${key}`) };
    this.charges.set(key, decided);
    return decided.outcome;
  }

  refund(request: RefundRequest): GatewayOutcome {
    const { idempotencyKey: key, chargeReference } = request;
    const charge = [...this.charges.values()].find(({ outcome }) => referenceOf(outcome) === chargeReference);
    const refunded = methods[charge?.request.paymentMethod as keyof typeof methods] === 'both';
    const decided = this.refunds.get(key) ?? { request, outcome: outcomeOf(refunded, `refund-${key}`) };
    this.refunds.set(key, decided);
    return decided.outcome;
  }
}

/** The way to the provider. A request that is on its way arrives though nobody waits for it any more. */
export class SimulatedGateway extends PaymentGateway {
  /** @param nextFault what befalls the next request; undefined: nothing */
  constructor(
    private readonly ledger: GatewayLedger,
    private readonly step: Step,
    private readonly nextFault: () => GatewayFault | undefined,
  ) {
    super();
  }

  override charge(request: ChargeRequest): Promise<GatewayOutcome> {
    return this.send(`charge ${request.idempotencyKey}`, () => this.ledger.charge(request));
  }

  override refund(request: RefundRequest): Promise<GatewayOutcome> {
    return this.send(`refund ${request.idempotencyKey}`, () => this.ledger.refund(request));
  }

  private async send(label: string, decide: () => GatewayOutcome): Promise<GatewayOutcome> {
    const fault = this.nextFault();
    const outcome = await this.step(`gateway: ${label}`, () => (fault === 'unreachable' ? undefined : decide()));
    if (fault === 'answer silent') return new Promise(() => {});
    if (outcome === undefined || fault !== undefined) throw new GatewayOutcomeUnknown(fault);
    return outcome;
  }
}

function outcomeOf(succeeds: boolean, reference: string): GatewayOutcome {
  return succeeds ? { status: 'succeeded', reference } : { status: 'declined', reason: 'generic_decline' };
}

function referenceOf(outcome: GatewayOutcome): string | undefined {
  return outcome.status === 'succeeded' ? outcome.reference : undefined;
}
