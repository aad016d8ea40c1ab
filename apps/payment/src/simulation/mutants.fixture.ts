import type { ChargeFence, CreatePaymentBody } from '@waybill/contracts';
import { Charge } from '../charge/charge.js';
import type { ChargeIntent } from '../charge/charge-books.js';
import { ChargeDecision } from '../charge/charge-decision.js';
import { FenceCharge } from '../fence/fence-charge.js';
import { type GatewayOutcome, GatewayOutcomeUnknown, PaymentGateway } from '../gateway/payment-gateway.js';
import { TimedGateway } from '../gateway/timed-gateway.js';
import type { Payer } from '../payment/payer.js';
import type { DecidedPayment } from '../payment/payment.js';
import type { PaymentRow } from '../payment/payment.table.js';
import type { DecidedRefund } from '../refund/payment-refund.js';
import { Refund } from '../refund/refund.js';
import type { RefundRow } from '../refund/refund.table.js';
import { RefundDecision } from '../refund/refund-decision.js';
import { MemoryChargeBooks } from './memory.charge-books.js';
import { MemoryRefundBooks } from './memory.refund-books.js';
import { type Ports, paymentLogic } from './payment-logic.js';
import type { Build } from './world.js';

const declined: GatewayOutcome = { status: 'declined', reason: 'no_answer' };

/** Answers from what is recorded, without asking the gateway about an open intent. */
class HastyDecision extends ChargeDecision {
  override async of(payment: PaymentRow): Promise<DecidedPayment> {
    return { ...payment, status: payment.status === 'succeeded' ? 'succeeded' : 'declined' };
  }
}

/** Stores an intent whatever the order was claimed for. */
class UnclaimedChargeBooks extends MemoryChargeBooks {
  override open(intent: ChargeIntent): Promise<PaymentRow | undefined> {
    return this.step('open', () => {
      this.state.claim(intent.orderId, 'charge');
      return this.state.payments.has(intent.orderId) ? undefined : this.store(intent);
    });
  }
}

/** Looks whether the order is claimed, and claims it later. */
class TwoStepChargeBooks extends UnclaimedChargeBooks {
  override async open(intent: ChargeIntent): Promise<PaymentRow | undefined> {
    const standing = await this.find(intent.orderId);
    return standing === undefined ? super.open(intent) : undefined;
  }
}

/** Looks first, and where it saw nothing, says so after it claimed. */
class BlindFence extends FenceCharge {
  constructor(private readonly ports: Ports) {
    const timed = new TimedGateway(ports.gateway, ports.timing);
    super(ports.claims, ports.charges, timed, new ChargeDecision(ports.charges, timed));
  }

  override async settle(orderId: string): Promise<ChargeFence> {
    if ((await this.ports.charges.find(orderId)) !== undefined) return super.settle(orderId);
    await this.ports.claims.fence(orderId);
    return { orderId, outcome: 'not_charged', payment: null, declineReason: null };
  }
}

/** Takes silence for a no. */
class PessimisticChargeDecision extends ChargeDecision {
  constructor(private readonly ports: Ports) {
    super(ports.charges, new TimedGateway(ports.gateway, ports.timing));
  }

  override of(payment: PaymentRow): Promise<DecidedPayment> {
    return super.of(payment).catch((error) => {
      if (error instanceof GatewayOutcomeUnknown) return this.ports.charges.finish(payment.id, declined);
      throw error;
    });
  }
}

/** Takes silence for a no, and gives the reserved amount free. */
class PessimisticRefundDecision extends RefundDecision {
  constructor(private readonly ports: Ports) {
    super(ports.refunds, new TimedGateway(ports.gateway, ports.timing));
  }

  override of(refund: RefundRow): Promise<DecidedRefund> {
    return super.of(refund).catch((error) => {
      if (error instanceof GatewayOutcomeUnknown) return this.ports.refunds.finish(refund.id, declined);
      throw error;
    });
  }
}

/** Gives each attempt a key of its own. */
class ForgetfulGateway extends PaymentGateway {
  private static attempts = 0;

  constructor(private readonly gateway: PaymentGateway) {
    super();
  }

  override charge(...[request, signal]: Parameters<PaymentGateway['charge']>): Promise<GatewayOutcome> {
    const idempotencyKey = `${request.idempotencyKey}#${ForgetfulGateway.attempts++}`;
    return this.gateway.charge({ ...request, idempotencyKey }, signal);
  }

  override refund(...[request, signal]: Parameters<PaymentGateway['refund']>): Promise<GatewayOutcome> {
    return this.gateway.refund(request, signal);
  }
}

/** Asks the gateway, and stores afterwards what it has asked. */
class EagerCharge extends Charge {
  constructor(private readonly ports: Ports) {
    const timed = new TimedGateway(ports.gateway, ports.timing);
    super(ports.charges, timed, new ChargeDecision(ports.charges, timed));
  }

  override async charge(payer: Payer, body: CreatePaymentBody): Promise<DecidedPayment> {
    const request = { idempotencyKey: body.orderId, ...body.amount, paymentMethod: body.paymentMethod };
    await new TimedGateway(this.ports.gateway, this.ports.timing).charge(request);
    return super.charge(payer, body);
  }
}

/** Does not count what is reserved for refunds that are undecided. */
class UnreservedRefundBooks extends MemoryRefundBooks {
  protected override reserved(payment: PaymentRow, amount: number): number {
    super.reserved({ ...payment, refunding: 0 }, amount);
    return payment.refunding + amount;
  }
}

/** Records a decision over a decision. */
class OverwritingChargeBooks extends MemoryChargeBooks {
  override async finish(id: string, outcome: GatewayOutcome): Promise<DecidedPayment> {
    await this.step('reopen', () => Object.assign(this.state.payment(id) ?? {}, { status: 'pending' }));
    return super.finish(id, outcome);
  }
}

/** The service with one mistake each. */
export const mutants: Record<string, Build> = {
  'a fence that does not resolve an open intent': (ports) => {
    const timed = new TimedGateway(ports.gateway, ports.timing);
    const hasty = new HastyDecision(ports.charges, timed);
    return { ...paymentLogic(ports), fenceCharge: new FenceCharge(ports.claims, ports.charges, timed, hasty) };
  },
  'a fence that does not look again after it claimed': (ports) => ({
    ...paymentLogic(ports),
    fenceCharge: new BlindFence(ports),
  }),
  'a charge that does not heed the claim': (ports, state, step) =>
    paymentLogic({ ...ports, charges: new UnclaimedChargeBooks(state, step) }),
  'a charge that looks for the claim before it stores the intent': (ports, state, step) =>
    paymentLogic({ ...ports, charges: new TwoStepChargeBooks(state, step) }),
  'a charge that takes silence for a no': (ports) => {
    const timed = new TimedGateway(ports.gateway, ports.timing);
    const charge = new Charge(ports.charges, timed, new PessimisticChargeDecision(ports));
    return { ...paymentLogic(ports), charge };
  },
  'a key of its own for each attempt': (ports) =>
    paymentLogic({ ...ports, gateway: new ForgetfulGateway(ports.gateway) }),
  'a gateway that is asked before the intent is stored': (ports) => ({
    ...paymentLogic(ports),
    charge: new EagerCharge(ports),
  }),
  'a decision that is recorded twice': (ports, state, step) =>
    paymentLogic({ ...ports, charges: new OverwritingChargeBooks(state, step) }),
  'refunds that are not counted while they are undecided': (ports, state, step) =>
    paymentLogic({ ...ports, refunds: new UnreservedRefundBooks(state, step) }),
  'a refund that takes silence for a no': (ports) => {
    const timed = new TimedGateway(ports.gateway, ports.timing);
    const refund = new Refund(ports.refunds, timed, new PessimisticRefundDecision(ports));
    return { ...paymentLogic(ports), refund };
  },
};
