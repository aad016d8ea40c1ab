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

const accepted = new Set(['pm_card_visa', 'pm_card_visa_debit', 'pm_card_mastercard', 'pm_card_amex']);

/** Why the sandbox declines a payment method, or undefined where it charges it. */
export function declineReasonOf(paymentMethod: string): string | undefined {
  if (accepted.has(paymentMethod)) return undefined;
  return declines.get(paymentMethod) ?? 'unknown_payment_method';
}
