import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import type { Step } from './process.js';

/** What a charge request says. */
export interface ChargeRequest {
  readonly orderId: string;
  readonly amount: number;
  readonly paymentMethod: string;
}

type State = 'intent' | 'charged' | 'declined' | 'fenced';

interface PaymentRecord {
  id: string;
  amount: number;
  paymentMethod: string;
  state: State;
}

/** What payment promises (DESIGN §5), without its insides: an order id belongs to a charge or to a fence, for ever. */
export class PaymentModel {
  readonly records = new Map<string, PaymentRecord>();

  constructor(
    private readonly newId: () => string,
    /** False: a payment that forgets its fences, to see that the simulation notices. */
    private readonly keepsFences = true,
  ) {}

  /** Each step is one transaction, or one question to the gateway; whoever comes second takes up what the first left. */
  async charge(request: ChargeRequest, step: Step): Promise<PaymentAnswer> {
    const record = await step('claim', () => this.claim(request));
    if (record.state === 'fenced') return { status: 409, body: { code: 'order_fenced' } };
    await step('gateway', () => resolve(record));
    return step('answer', () => answerTo(request.orderId, record));
  }

  async fence(orderId: string, step: Step): Promise<PaymentAnswer> {
    const record = await step('fence', () => this.claimAsFence(orderId));
    if (record.state === 'intent') await step('gateway', () => resolve(record));
    return step('answer', () => fenceAnswer(orderId, record));
  }

  private claim({ orderId, amount, paymentMethod }: ChargeRequest): PaymentRecord {
    const record = this.records.get(orderId) ?? { id: this.newId(), amount, paymentMethod, state: 'intent' as const };
    this.records.set(orderId, record);
    return record;
  }

  private claimAsFence(orderId: string): PaymentRecord {
    const record = this.records.get(orderId);
    if (record) return record;
    const fenced: PaymentRecord = { id: this.newId(), amount: 0, paymentMethod: '', state: 'fenced' };
    if (this.keepsFences) this.records.set(orderId, fenced);
    return fenced;
  }
}

function resolve(record: PaymentRecord): void {
  if (record.state === 'intent') record.state = record.paymentMethod === 'pm_card_visa' ? 'charged' : 'declined';
}

function paymentOf(orderId: string, { id, amount, state }: PaymentRecord) {
  return {
    id,
    orderId,
    status: state === 'charged' ? 'succeeded' : 'declined',
    amount: { amount, currency: 'EUR' },
    refunded: { amount: 0, currency: 'EUR' },
    createdAt: new Date(0).toISOString(),
  };
}

function answerTo(orderId: string, record: PaymentRecord): PaymentAnswer {
  if (record.state === 'charged') return { status: 201, body: paymentOf(orderId, record) };
  const { id: paymentId } = record;
  const problem = { status: 402, code: 'payment_declined', detail: 'declined', declineReason: 'generic_decline' };
  return { status: 402, body: { ...problem, paymentId, orderId } };
}

function fenceAnswer(orderId: string, record: PaymentRecord): PaymentAnswer {
  const { state } = record;
  const payment = state === 'fenced' ? null : paymentOf(orderId, record);
  const declineReason = state === 'declined' ? 'generic_decline' : null;
  return {
    status: 200,
    body: { orderId, outcome: state === 'charged' ? 'charged' : 'not_charged', payment, declineReason },
  };
}
