import { openDatabase } from '@waybill/database';
import type { TestDatabaseKind } from '@waybill/database/testing';
import { databaseOptions, type PaymentDatabase } from './database.js';

/** The payment service's tables in a database of their own, without a service. */
export interface PaymentDatabaseFixture {
  db: PaymentDatabase;
  close(): Promise<void>;
}

/** Opens an empty database with the service's migrations. */
export async function openPaymentDatabase(kind: TestDatabaseKind): Promise<PaymentDatabaseFixture> {
  const { folder, url, drop } = await kind.create();
  const { db, close } = await openDatabase(databaseOptions({ dataDir: folder, databaseUrl: url }));
  return {
    db,
    async close() {
      await close();
      await drop();
    },
  };
}
