import type { SandboxFault } from './sandbox-faults.js';

/** The declined test methods, in Stripe's spelling, and why each is declined. */
const declines = new Map([
  ['pm_card_chargeDeclined', 'generic_decline'],
  ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ['pm_card_chargeDeclinedLostCard', 'lost_card'],
  ['pm_card_chargeDeclinedStolenCard', 'stolen_card'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
]);

const refundFails = 'pm_card_refundFail';

/** The methods that are charged, and whose first answer goes wrong where faults are allowed. */
const faults = new Map<string, { charge?: SandboxFault; refund?: SandboxFault }>([
  ['pm_card_answerLost', { charge: 'lost-answer' }],
  ['pm_card_answerSlow', { charge: 'slow' }],
  ['pm_card_refundAnswerLost', { refund: 'lost-answer' }],
]);

const accepted = new Set([
  'pm_card_visa',
  'pm_card_visa_debit',
  'pm_card_mastercard',
  'pm_card_amex',
  refundFails,
  ...faults.keys(),
]);

/** Why the sandbox declines a payment method, or undefined where it charges it. */
export function declineReasonOf(paymentMethod: string): string | undefined {
  if (accepted.has(paymentMethod)) return undefined;
  return declines.get(paymentMethod) ?? 'unknown_payment_method';
}

/** Why the sandbox declines to refund what was charged to a payment method, or undefined where it refunds it. */
export function refundDeclineReasonOf(paymentMethod: string): string | undefined {
  return paymentMethod === refundFails ? 'expired_or_canceled_card' : undefined;
}

/** What befalls the first answer to a charge or refund of this method. */
export function faultOf(paymentMethod: string, of: 'charge' | 'refund'): SandboxFault | undefined {
  return faults.get(paymentMethod)?.[of];
}
