import { Scope } from './scope.js';

/** The identifier by which each service is named in an access token's `aud` (RFC 7519 §4.1.3). */
export const Audience = {
  Auth: 'auth.service',
  Order: 'order.service',
  Payment: 'payment.service',
} as const;

/** One service's audience. */
export type Audience = (typeof Audience)[keyof typeof Audience];

const audienceOf: Record<Scope, Audience> = {
  [Scope.OrderRead]: Audience.Order,
  [Scope.OrderWrite]: Audience.Order,
  [Scope.OrderRefund]: Audience.Order,
  [Scope.PaymentRead]: Audience.Payment,
  [Scope.PaymentCreate]: Audience.Payment,
  [Scope.PaymentRefund]: Audience.Payment,
  [Scope.PaymentSettle]: Audience.Payment,
  [Scope.LedgerRead]: Audience.Payment,
  [Scope.GrantsRead]: Audience.Auth,
  [Scope.GrantsWrite]: Audience.Auth,
  [Scope.ClientsRead]: Audience.Auth,
  [Scope.TokensRevoke]: Audience.Auth,
  [Scope.KeysRotate]: Audience.Auth,
  [Scope.EventsRead]: Audience.Auth,
  [Scope.AuditRead]: Audience.Auth,
};

/** The services at which a token that carries these scopes can act, each once, in the order of the scopes. */
export function audiencesOf(scopes: Iterable<Scope>): Audience[] {
  return [...new Set([...scopes].map((scope) => audienceOf[scope]))];
}
