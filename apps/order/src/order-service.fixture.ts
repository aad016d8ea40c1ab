import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { Audience, Scope } from '@waybill/contracts';
import { DATABASE } from '@waybill/database';
import type { TestDatabase, TestDatabaseKind } from '@waybill/database/testing';
import { createService } from '@waybill/service-defaults';
import { orderConfig } from './config.js';
import type { OrderDatabase } from './database.js';
import { OrderModule } from './order.module.js';

/** The request-signing key that order shares with payment in tests. */
export const signatureKey = 'order/k1:a-secret-of-thirty-two-bytes-or-more';

/** Who calls, and with what; a shopper of the shop where nothing is said. */
export interface As {
  subject?: string;
  scopes?: Scope[];
  audience?: string[];
}

/** An answer, its body read. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  /** The body as it was sent. */
  text: string;
}

/** An order service on a database of its own. */
export interface OrderServiceFixture {
  url: string;
  db: OrderDatabase;
  issuer: TestIssuer;
  tokenOf(as: As): string;
  get(path: string, as?: As): Promise<Answer>;
  /** A text is sent as it is; anything else as JSON. */
  place(body: unknown, as?: As, headers?: Record<string, string>): Promise<Answer>;
  /** `POST /orders/:id/refunds` by somebody who may refund. */
  refund(orderId: unknown, body: unknown, as?: As, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

const refunder = [Scope.OrderRefund, Scope.PaymentRefund];
const shopper = [Scope.OrderRead, Scope.OrderWrite, Scope.PaymentCreate, Scope.PaymentRead];

/** The order service's own credentials in tests. */
export const orderClient = { id: 'order', secret: 'a-client-secret-of-thirty-two-bytes', audience: Audience.Payment };

/** Starts the real service on a free port; `environment` says at least where payment is. */
export async function startOrderService(
  kind: TestDatabaseKind,
  environment: NodeJS.ProcessEnv,
  issuer?: TestIssuer,
): Promise<OrderServiceFixture> {
  const trusted = issuer ?? (await createTestIssuer({ clients: [orderClient] }));
  const database = await kind.create();
  const config = orderConfig({ ...settings(trusted, database), ...environment });
  const app = await createService(config, OrderModule.forRoot(config));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const tokenOf = ({ subject = 'alice', scopes = shopper, audience = [Audience.Order, Audience.Payment] }: As) =>
    trusted.token({ subject, scopes, audience });
  const send = async (path: string, as: As, init: RequestInit = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${tokenOf(as)}`, ...init.headers };
    const response = await fetch(url + path, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text), text };
  };
  const post = (path: string, body: unknown, as: As, headers: Record<string, string>) =>
    send(path, as, {
      method: 'POST',
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    url,
    db: app.get(DATABASE),
    issuer: trusted,
    tokenOf,
    get: (path, as = {}) => send(path, as),
    place: (body, as = {}, headers = {}) => post('/place-order', body, as, headers),
    refund: (orderId, body, as = {}, headers = {}) =>
      post(`/orders/${orderId}/refunds`, body, { subject: 'dora', scopes: refunder, ...as }, headers),
    async close() {
      await app.close();
      if (issuer === undefined) await trusted.close();
      await database.drop();
    },
  };
}

function settings(issuer: TestIssuer, database: TestDatabase): NodeJS.ProcessEnv {
  return {
    TOKEN_ISSUER: issuer.url,
    SIGNATURE_KEYS: signatureKey,
    SERVICE_TOKEN_URL: issuer.tokenUrl,
    SERVICE_CLIENT_ID: orderClient.id,
    SERVICE_CLIENT_SECRET: orderClient.secret,
    WAYBILL_DATA_DIR: database.folder,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'silent',
  };
}
