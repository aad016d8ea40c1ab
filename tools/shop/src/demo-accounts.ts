/** The password of every demo account. */
export const demoPassword = 'waybill-demo';

/** The accounts that the auth service makes in development, and what each is for. */
export const demoAccounts = [
  { name: 'alice', may: 'shop', scopes: 'order.read order.write payment.create payment.read' },
  { name: 'bob', may: 'only look', scopes: 'order.read' },
  { name: 'carol', may: 'order, but not pay', scopes: 'order.read order.write' },
  { name: 'dora', may: 'refund', scopes: 'order.read order.refund payment.refund' },
  {
    name: 'admin',
    may: 'administer',
    scopes: 'grants.read grants.write clients.read tokens.revoke keys.rotate audit.read ledger.read',
  },
] as const;

/** Whether the auth service has the demo accounts: always in development, in production by request. */
export function hasDemoAccounts(env: NodeJS.ProcessEnv): boolean {
  const asked = env.WAYBILL_DEMO_ACCOUNTS;
  return asked ? ['true', '1'].includes(asked) : env.NODE_ENV !== 'production';
}
