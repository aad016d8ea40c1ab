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
}

/** An order service on a database of its own. */
export interface OrderServiceFixture {
  url: string;
  db: OrderDatabase;
  issuer: TestIssuer;
  tokenOf(as: As): string;
  get(path: string, as?: As): Promise<Answer>;
  /** A text is sent as it is; anything else as JSON. */
  place(body: unknown, as?: As): Promise<Answer>;
  close(): Promise<void>;
}

const shopper = [Scope.OrderRead, Scope.OrderWrite, Scope.PaymentCreate, Scope.PaymentRead];

/** Starts the real service on a free port; `environment` says at least where payment is. */
export async function startOrderService(
  kind: TestDatabaseKind,
  environment: NodeJS.ProcessEnv,
  issuer?: TestIssuer,
): Promise<OrderServiceFixture> {
  const trusted = issuer ?? (await createTestIssuer());
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
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  return {
    url,
    db: app.get(DATABASE),
    issuer: trusted,
    tokenOf,
    get: (path, as = {}) => send(path, as),
    place: (body, as = {}) =>
      send('/place-order', as, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
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
    WAYBILL_DATA_DIR: database.folder,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'silent',
  };
}
