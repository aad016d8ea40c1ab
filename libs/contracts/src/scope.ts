/** The permissions of the shop. A route names one of these constants, never a string. */
export const Scope = {
  OrderRead: 'order.read',
  OrderWrite: 'order.write',
  OrderRefund: 'order.refund',
  PaymentRead: 'payment.read',
  PaymentCreate: 'payment.create',
  PaymentRefund: 'payment.refund',
  PaymentSettle: 'payment.settle',
  GrantsRead: 'grants.read',
  GrantsWrite: 'grants.write',
  ClientsRead: 'clients.read',
  TokensRevoke: 'tokens.revoke',
  KeysRotate: 'keys.rotate',
  EventsRead: 'events.read',
  AuditRead: 'audit.read',
  LedgerRead: 'ledger.read',
} as const;

/** One permission of the shop. */
export type Scope = (typeof Scope)[keyof typeof Scope];
