import { Scope } from '@waybill/contracts';

/** The public password of every demo account, and the secret of the demo client. */
export const demoPassword = 'waybill-demo';

/** The demo accounts by user name, which is their `sub` too, and what they are granted at first. */
export const demoAccounts: Readonly<Record<string, readonly Scope[]>> = {
  alice: [Scope.OrderRead, Scope.OrderWrite, Scope.PaymentCreate, Scope.PaymentRead],
  bob: [Scope.OrderRead],
  carol: [Scope.OrderRead, Scope.OrderWrite],
  dora: [Scope.OrderRead, Scope.OrderRefund, Scope.PaymentRefund],
  admin: [
    Scope.GrantsRead,
    Scope.GrantsWrite,
    Scope.ClientsRead,
    Scope.TokensRevoke,
    Scope.KeysRotate,
    Scope.AuditRead,
    Scope.LedgerRead,
  ],
};

/** The demo clients by identifier, and what they are granted at first. */
export const demoClients: Readonly<Record<string, readonly Scope[]>> = {
  'demo-service': [Scope.OrderRead, Scope.PaymentRead],
};
