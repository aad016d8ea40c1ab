import { z } from 'zod';
import { currency } from './money.js';

const total = z.int();

/**
 * What `GET /ledger/balance` answers. `balanced` is whether the entries sum to zero, over all and for each payment;
 * `payments` counts those that have entries, `unbalanced` those of them whose entries do not sum to zero. Sums are in
 * minor units: `gateway` is what the gateway owes us, `sales` is minus what we earned.
 */
export const ledgerBalance = z.object({
  balanced: z.boolean(),
  currency,
  sum: total,
  accounts: z.object({ gateway: total, sales: total }),
  payments: total,
  unbalanced: total,
});

/** Whether the ledger balances. */
export type LedgerBalance = z.infer<typeof ledgerBalance>;
