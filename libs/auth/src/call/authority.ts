import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../verify/index.js';

/** What a guarded request may act with: the verified caller, and the token that proves it to the next service. */
export interface Authority {
  readonly caller: Caller;
  readonly token: string;
  /** The address of the client that sent it, where the guard found one. */
  readonly clientAddress?: string;
}

const ofRequest = new WeakMap<object, Authority>();
const ofContext = new AsyncLocalStorage<Authority | undefined>();

/** Remembers the authority of a request for as long as the request lives; it is not a member of the request, so nothing can log it. */
export function grantAuthority(request: object, authority: Authority): void {
  ofRequest.set(request, authority);
}

/** The authority of a request that the guard let through with a token. */
export function authorityOf(request: object): Authority | undefined {
  return ofRequest.get(request);
}

/** Runs what handles a request, and all that it starts, with the request's authority, or with none. */
export function runWithAuthority<T>(authority: Authority | undefined, handle: () => T): T {
  return ofContext.run(authority, handle);
}

/** The authority of the request that is being handled here. */
export function currentAuthority(): Authority | undefined {
  return ofContext.getStore();
}
