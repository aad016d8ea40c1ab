/** How the caller's authority gets to a target: by its own token, or by one for which that is exchanged (RFC 8693). */
export type AuthorityMode = 'relay' | 'exchange';

/** A service that may be called with the caller's authority. */
export interface TargetOptions {
  /** Its identifier in `aud`; also the name under which it is called. */
  readonly audience: string;
  /** Its address: scheme, host, port, and a path prefix where it has one. */
  readonly url: string;
  /** How long one call may take in all, milliseconds. Default: 2000. */
  readonly timeoutMs?: number;
  /** Signs each request (RFC 9421): with this service's first key that can, or with the one of this id. Default: false. */
  readonly sign?: boolean | { readonly key: string };
  /**
   * `relay`: the caller's token goes on as it came. `exchange`: this service gets another for it, for this target alone and
   * with no more scopes than the call needs; it takes `clientCredentials`. A token that is bound to a key is exchanged in
   * any case, where there are credentials, the target is signed and the call names its scopes. Default: `relay`.
   */
  readonly authority?: AuthorityMode;
  /** The scopes to ask for where this service acts as itself there (`asService`): as few as that needs. */
  readonly serviceScopes?: readonly string[];
}

/** A target whose options are sound. */
export interface Target {
  readonly audience: string;
  readonly base: URL;
  readonly timeoutMs: number;
  readonly sign: boolean | { readonly key: string };
  readonly authority: AuthorityMode;
  readonly serviceScopes: readonly string[];
}

/** RFC 6749 §3.3. */
const scopeName = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Checks a target's options.
 * @throws TypeError with the remedy
 */
export function readTarget(options: TargetOptions): Target {
  const { audience, url, timeoutMs = 2000, sign = false, authority = 'relay', serviceScopes = [] } = options;
  if (!audience)
    throw new TypeError('A target has no audience. Name the service as tokens do, e.g. "payment.service".');
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (!base) throw new TypeError(`The address of ${audience} is not a URL. Give an absolute http(s) URL.`); // it may hold credentials
  if (!/^https?:$/.test(base.protocol) || base.username || base.password || base.search || base.hash) {
    throw new TypeError(`The address of ${audience} must be an http(s) URL of scheme, host, port and path alone.`);
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs <= 0)
    throw new TypeError(`timeoutMs of ${audience} must be a whole number above 0.`);
  if (authority !== 'relay' && authority !== 'exchange')
    throw new TypeError(`authority of ${audience} must be "relay" or "exchange".`);
  if (typeof sign !== 'boolean' && typeof sign?.key !== 'string')
    throw new TypeError(`sign of ${audience} must be true, or name a key of this service: { key: 'order/k2' }.`);
  if (!Array.isArray(serviceScopes) || !serviceScopes.every((scope) => scopeName.test(scope)))
    throw new TypeError(`serviceScopes of ${audience} must be a list of scopes, e.g. ["payment.settle"].`);
  return { audience, base, timeoutMs, sign, authority, serviceScopes };
}

/**
 * Resolves a path at a target, and only there: no absolute address, no `//host`, no backslash, no step out of the prefix.
 * @throws TypeError for anything else, before a byte is sent
 */
export function resolveAt({ audience, base }: Target, path: string): URL {
  const prefix = base.pathname.replace(/\/$/, '');
  const refused = () => new TypeError(`"${path}" is no path at ${audience}. Give one that starts with a single "/".`);
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || /[\\#]/.test(path)) throw refused();
  const url = new URL(prefix + path, base);
  if (url.origin !== base.origin || url.pathname + url.search !== prefix + path) throw refused();
  return url;
}
