import { join } from 'node:path';
import type { Database, DatabaseOptions } from '@waybill/database';
import { claims } from './claim/claim.table.js';
import { sandboxCharges } from './gateway/sandbox-charge.table.js';
import { sandboxRefunds } from './gateway/sandbox-refund.table.js';
import { ledgerEntries } from './ledger/ledger-entry.table.js';
import { payments } from './payment/payment.table.js';
import { refunds } from './refund/refund.table.js';

/** Every table of the payment service. */
export const schema = { claims, payments, refunds, ledgerEntries, sandboxCharges, sandboxRefunds };

/** The payment service's database, or a transaction in it. */
export type PaymentDatabase = Database<typeof schema>;

/** Where the payment service's database is and how it is made. `dataDir` is the folder that holds those of all services. */
export function databaseOptions(place: {
  dataDir: string;
  databaseUrl?: string | undefined;
}): DatabaseOptions<typeof schema> {
  return {
    name: 'payment',
    schema,
    migrationsFolder: join(import.meta.dirname, '../migrations'),
    url: place.databaseUrl,
    folder: join(place.dataDir, 'payment'),
  };
}
