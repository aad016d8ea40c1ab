import { join } from 'node:path';
import type { Database, DatabaseOptions } from '@waybill/database';
import { idempotencyKeys } from './idempotency/idempotency-key.table.js';
import { orders } from './orders/order.table.js';
import { refunds } from './refund-order/refund.table.js';

/** Every table of the order service. */
export const schema = { orders, refunds, idempotencyKeys };

/** The order service's database, or a transaction in it. */
export type OrderDatabase = Database<typeof schema>;

/** Where the order service's database is and how it is made. `dataDir` is the folder that holds those of all services. */
export function databaseOptions(place: {
  dataDir: string;
  databaseUrl?: string | undefined;
}): DatabaseOptions<typeof schema> {
  return {
    name: 'order',
    schema,
    migrationsFolder: join(import.meta.dirname, '../migrations'),
    url: place.databaseUrl,
    folder: join(place.dataDir, 'order'),
  };
}
