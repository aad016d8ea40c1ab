import { declare } from './access-rule.js';

/**
 * Declare your permissions once, and every decorator takes only these:
 * `declare module '@waybill/auth' { interface Register { scope: Scope } }`
 */
export interface Register {}

/** A permission's name: any string, or the registered type. */
export type ScopeName = Register extends { scope: infer S extends string } ? S : string;

/** The route needs an access token with every one of these scopes. */
export function Scopes(...scopes: readonly [ScopeName, ...ScopeName[]]): MethodDecorator & ClassDecorator {
  return declare({ kind: 'scopes', match: 'all', scopes: requireNames('@Scopes', scopes) });
}

/** The route needs an access token with at least one of these scopes. */
export function AnyScope(...scopes: readonly [ScopeName, ...ScopeName[]]): MethodDecorator & ClassDecorator {
  return declare({ kind: 'scopes', match: 'any', scopes: requireNames('@AnyScope', scopes) });
}

/** The route needs an access token, whatever its scopes. */
export function Authenticated(): MethodDecorator & ClassDecorator {
  return declare({ kind: 'authenticated' });
}

/** The route is open to everybody: the only way out of the guard. */
export function Public(): MethodDecorator & ClassDecorator {
  return declare({ kind: 'public' });
}

/** A scope-token of RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

function requireNames(decorator: string, scopes: readonly string[]): readonly string[] {
  if (scopes.length === 0 || !scopes.every((scope) => scopeToken.test(scope ?? ''))) {
    throw new TypeError(
      `${decorator} needs one or more scopes (RFC 6749 §3.3). For a route without scopes use @Authenticated().`,
    );
  }
  return scopes;
}
