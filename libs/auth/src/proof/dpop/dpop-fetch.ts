import { createDpopProof } from './create-proof.js';
import type { DpopKey } from './dpop-key.js';

/** What the requests of a client carry beside their proofs. */
export interface DpopFetchOptions {
  /** The access token, bound to the key; none where a token is asked for. */
  readonly accessToken?: string | undefined;
}

/** What a wrapped `fetch` takes: an address, and a body that can be sent twice. */
export type DpopFetch = (
  url: string | URL,
  init?: Omit<RequestInit, 'body' | 'redirect'> & {
    readonly body?: string | URLSearchParams | Uint8Array<ArrayBuffer>;
  },
) => Promise<Response>;

/**
 * A `fetch` that gives each request a proof of its own, and its access token as `DPoP` (RFC 9449 §7.1). A server that demands a
 * nonce is asked once more, with it (§8, §9); what it gave last is used from then on, for its origin alone. Redirects are not
 * followed: the proof would not fit, and the token would go elsewhere.
 */
export function dpopFetch(key: DpopKey, { accessToken }: DpopFetchOptions = {}): DpopFetch {
  const nonces = new Map<string, string>();
  const attempt: DpopFetch = async (url, init = {}) => {
    const { origin } = new URL(url);
    const method = (init.method ?? 'GET').toUpperCase();
    const headers = new Headers(init.headers);
    headers.set('DPoP', createDpopProof({ key, method, url, accessToken, nonce: nonces.get(origin) }));
    if (accessToken !== undefined) headers.set('Authorization', `DPoP ${accessToken}`);
    const response = await fetch(url, { ...init, method, headers, redirect: 'manual' });
    const nonce = response.headers.get('DPoP-Nonce');
    if (nonce !== null) nonces.set(origin, nonce);
    return response;
  };
  return async (url, init) => {
    const response = await attempt(url, init);
    if (!(await demandsNonce(response))) return response;
    await response.body?.cancel();
    return attempt(url, init);
  };
}

/** A resource says so in its challenge (§9), a token endpoint in its body (§8). */
async function demandsNonce(response: Response): Promise<boolean> {
  if (!response.headers.has('DPoP-Nonce')) return false;
  if (response.status === 401) return /\berror="use_dpop_nonce"/.test(response.headers.get('WWW-Authenticate') ?? '');
  if (response.status !== 400) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return Object(body).error === 'use_dpop_nonce';
}
