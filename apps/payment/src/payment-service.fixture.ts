import type { DynamicModule, Provider } from '@nestjs/common';
import type { HopAnswer } from '@waybill/auth';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { Audience, Scope } from '@waybill/contracts';
import { DATABASE } from '@waybill/database';
import type { TestDatabase, TestDatabaseKind } from '@waybill/database/testing';
import { createService } from '@waybill/service-defaults';
import { paymentConfig } from './config.js';
import type { PaymentDatabase } from './database.js';
import { startOrderStandIn } from './order-stand-in.fixture.js';
import { PaymentModule } from './payment.module.js';

/** A payment service on a database of its own, and an order service that calls it. */
export interface PaymentServiceFixture {
  url: string;
  db: PaymentDatabase;
  issuer: TestIssuer;
  /** A token with which `subject` may pay, or with other scopes. */
  tokenOf(subject: string, scopes?: Scope[]): string;
  /** What payment answers when order relays `subject`'s request for a charge. */
  chargeAs(subject: string, body: unknown): Promise<HopAnswer>;
  close(): Promise<void>;
}

/** How a test's payment service differs from the real one. */
export interface Differences {
  environment?: NodeJS.ProcessEnv;
  providers?: Provider[];
}

const signatureKey = 'order/k1:a-secret-of-thirty-two-bytes-or-more';

/** Starts the real service on a free port. */
export async function startPaymentService(
  kind: TestDatabaseKind,
  { environment = {}, providers = [] }: Differences = {},
): Promise<PaymentServiceFixture> {
  const [issuer, database] = await Promise.all([createTestIssuer(), kind.create()]);
  const config = paymentConfig({ ...settings(issuer, database), ...environment });
  const app = await createService(config, withProviders(PaymentModule.forRoot(config), providers));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const { signatureKeys } = config;
  const order = await startOrderStandIn({ issuer: issuer.url, paymentUrl: url, signatureKeys });
  const orderUrl = await order.getUrl();

  const tokenOf = (subject: string, scopes: Scope[] = [Scope.PaymentCreate, Scope.PaymentRead]) =>
    issuer.token({ subject, scopes, audience: [Audience.Order, Audience.Payment] });

  return {
    url,
    db: app.get(DATABASE),
    issuer,
    tokenOf,
    async chargeAs(subject, body) {
      const headers = { authorization: `Bearer ${tokenOf(subject)}`, 'content-type': 'application/json' };
      const response = await fetch(orderUrl, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as HopAnswer;
    },
    async close() {
      await Promise.all([order.close(), app.close(), issuer.close()]);
      await database.drop();
    },
  };
}

/** Of two providers for one token the later holds. */
function withProviders(module: DynamicModule, providers: Provider[]): DynamicModule {
  return { ...module, providers: [...(module.providers ?? []), ...providers] };
}

function settings(issuer: TestIssuer, database: TestDatabase): NodeJS.ProcessEnv {
  return {
    TOKEN_ISSUER: issuer.url,
    SIGNATURE_KEYS: signatureKey,
    WAYBILL_DATA_DIR: database.folder,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'silent',
  };
}
