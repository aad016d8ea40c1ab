import type { Scope } from '@waybill/contracts';

declare module '@waybill/auth' {
  /** `@Scopes` takes the shop's permissions and nothing else. */
  interface Register {
    scope: Scope;
  }
}
