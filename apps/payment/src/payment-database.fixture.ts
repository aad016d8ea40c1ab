import { openDatabase } from '@waybill/database';
import type { TestDatabaseKind } from '@waybill/database/testing';
import { databaseOptions, type PaymentDatabase } from './database.js';

/** The payment service's tables in a database of their own, without a service. */
export interface PaymentDatabaseFixture {
  db: PaymentDatabase;
  /** The same database as each replica has it: on PostgreSQL two pools, embedded the one. */
  replicas: PaymentDatabase[];
  close(): Promise<void>;
}

/** Opens an empty database with the service's migrations. */
export async function openPaymentDatabase(kind: TestDatabaseKind): Promise<PaymentDatabaseFixture> {
  const { folder, url, drop } = await kind.create();
  const open = () => openDatabase(databaseOptions({ dataDir: folder, databaseUrl: url }));
  const first = await open();
  const opened = url === undefined ? [first] : [first, await open()];
  return {
    db: first.db,
    replicas: opened.map(({ db }) => db),
    async close() {
      await Promise.all(opened.map(({ close }) => close()));
      await drop();
    },
  };
}
