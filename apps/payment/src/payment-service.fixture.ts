import type { DynamicModule, Provider } from '@nestjs/common';
import type { HopAnswer, HopRequest } from '@waybill/auth';
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
  /** What payment answers when order relays a request of `subject`, or order's refusal to do so. */
  relay(subject: string, scopes: Scope[], request: HopRequest): Promise<HopAnswer>;
  /** The same of a charge. */
  chargeAs(subject: string, body: unknown): Promise<HopAnswer>;
  /** The same of a refund, which somebody of the staff asks for. */
  refund(paymentId: string, refundId: string, amount: number): Promise<HopAnswer>;
  /** The same of a fence, which order asks for as itself: `by-order` or `by-refund`, and the id. */
  fence(method: 'GET' | 'PUT', of: string): Promise<HopAnswer>;
  /** What payment answers to a request that nobody signed. */
  send(path: string, init: RequestInit, scopes: Scope[]): Promise<HopAnswer>;
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

  async function relay(subject: string, scopes: Scope[], request: HopRequest): Promise<HopAnswer> {
    const headers = { authorization: `Bearer ${tokenOf(subject, scopes)}`, 'content-type': 'application/json' };
    const response = await fetch(orderUrl, { method: 'POST', headers, body: JSON.stringify(request) });
    const body = (await response.json()) as HopAnswer;
    return response.ok ? body : { status: response.status, headers: {}, body };
  }

  return {
    url,
    db: app.get(DATABASE),
    issuer,
    tokenOf,
    relay,
    chargeAs: (subject, body) =>
      relay(subject, [Scope.PaymentCreate, Scope.PaymentRead], { method: 'POST', path: '/payments', body }),
    refund: (paymentId, refundId, amount) =>
      relay('dora', [Scope.PaymentRefund], {
        method: 'POST',
        path: `/payments/${paymentId}/refunds`,
        body: { refundId, amount: { amount, currency: 'EUR' } },
      }),
    fence: (method, of) =>
      relay('order', [Scope.PaymentSettle], {
        method,
        path: `/payments/${of}/fence`,
        ...(method === 'PUT' && { body: {} }),
      }),
    async send(path, init, scopes) {
      const headers = { ...init.headers, authorization: `Bearer ${tokenOf('alice', scopes)}` };
      const response = await fetch(`${url}${path}`, { ...init, headers });
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
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
