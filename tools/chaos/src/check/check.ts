import type { Evidence } from './evidence.js';
import { answersOfTheContract } from './rules/answers-of-the-contract.js';
import { authorityWasValid } from './rules/authority-was-valid.js';
import { chargedIsConfirmed } from './rules/charged-is-confirmed.js';
import { confirmedIsCharged } from './rules/confirmed-is-charged.js';
import { ledgerBalances } from './rules/ledger-balances.js';
import { nothingLost } from './rules/nothing-lost.js';
import { nothingPending } from './rules/nothing-pending.js';
import { nothingStrays } from './rules/nothing-strays.js';
import { oneCharge } from './rules/one-charge.js';
import { readsAgree } from './rules/reads-agree.js';
import { refundsAddUp } from './rules/refunds-add-up.js';
import { sameAnswer } from './rules/same-answer.js';
import type { Violation } from './violation.js';

const rules: readonly ((evidence: Evidence) => Violation[])[] = [
  oneCharge,
  confirmedIsCharged,
  chargedIsConfirmed,
  ledgerBalances,
  sameAnswer,
  nothingLost,
  readsAgree,
  nothingPending,
  refundsAddUp,
  authorityWasValid,
  answersOfTheContract,
  nothingStrays,
];

/** Everything in which the evidence breaks what is promised; empty when nothing does. */
export function check(evidence: Evidence): Violation[] {
  return rules.flatMap((rule) => rule(evidence));
}
