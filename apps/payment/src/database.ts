import { join } from 'node:path';
import type { Database, DatabaseOptions } from '@waybill/database';
import { sandboxCharges } from './gateway/sandbox-charge.table.js';
import { ledgerEntries } from './ledger/ledger-entry.table.js';
import { payments } from './payment/payment.table.js';

/** Every table of the payment service. */
export const schema = { payments, ledgerEntries, sandboxCharges };

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
