import { randomUUID } from 'node:crypto';
import type { DpopKey } from './dpop-key.js';
import { signProof } from './proof-signature.js';
import { digestOf } from './verify-proof.js';

/** What a proof is made for: one request. */
export interface ProofRequest {
  readonly key: DpopKey;
  readonly method: string;
  /** Where the request goes; query and fragment are left out of the proof. */
  readonly url: string | URL;
  /** The access token that goes with it; none where a token is asked for. */
  readonly accessToken?: string | undefined;
  /** The nonce that the server gave out last (RFC 9449 §8, §9). */
  readonly nonce?: string | undefined;
}

/** Makes the proof of one request (RFC 9449 §4.2): the value of its `DPoP` field. A repetition needs a new one. */
export function createDpopProof({ key, method, url, accessToken, nonce }: ProofRequest): string {
  const { origin, pathname } = new URL(url);
  const header = { typ: 'dpop+jwt', alg: key.algorithm, jwk: key.publicJwk };
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(Date.now() / 1000),
    ...(accessToken !== undefined && { ath: digestOf(accessToken) }),
    ...(nonce !== undefined && { nonce }),
  };
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${signProof(input, key.algorithm, key.privateKey).toString('base64url')}`;
}
