import { Scope } from './scope.js';

/** An account or client that everybody may try the shop with. */
export interface DemoSubject {
  /** User name or client id; also the `sub` of its tokens. */
  readonly name: string;
  /** What it is there to show, after "may". */
  readonly may: string;
  /** What it is granted at first. */
  readonly scopes: readonly Scope[];
}

/** The public password of every demo account, and the secret of the demo client. */
export const demoPassword = 'waybill-demo';

/** The demo accounts: made in development, and in production only when asked for by name. */
export const demoAccounts: readonly DemoSubject[] = [
  { name: 'alice', may: 'shop', scopes: [Scope.OrderRead, Scope.OrderWrite, Scope.PaymentCreate, Scope.PaymentRead] },
  { name: 'bob', may: 'only look', scopes: [Scope.OrderRead] },
  { name: 'carol', may: 'order, but not pay', scopes: [Scope.OrderRead, Scope.OrderWrite] },
  { name: 'dora', may: 'refund', scopes: [Scope.OrderRead, Scope.OrderRefund, Scope.PaymentRefund] },
  {
    name: 'admin',
    may: 'administer',
    scopes: [
      Scope.GrantsRead,
      Scope.GrantsWrite,
      Scope.ClientsRead,
      Scope.TokensRevoke,
      Scope.KeysRotate,
      Scope.AuditRead,
      Scope.LedgerRead,
    ],
  },
];

/** The demo client, for the client credentials grant (RFC 6749 §4.4). */
export const demoClient: DemoSubject = {
  name: 'demo-service',
  may: 'look on its own behalf',
  scopes: [Scope.OrderRead, Scope.PaymentRead],
};
