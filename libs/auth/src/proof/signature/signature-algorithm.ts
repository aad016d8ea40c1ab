import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';

/** The algorithms of request signatures that are known here (RFC 9421 §6.2.2). */
export type SignatureAlgorithm = 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256';

/** How one algorithm signs a signature base, and holds a signature of the right length against one. */
interface Procedure {
  readonly signatureBytes: number;
  sign(base: Buffer, key: KeyObject): Buffer;
  holds(base: Buffer, signature: Uint8Array, key: KeyObject): boolean;
}

const hmac = (base: Buffer, key: KeyObject) => createHmac('sha256', key).update(base).digest();
/** The two numbers side by side, 32 bytes each, and not in DER (RFC 9421 §3.3.4). */
const p1363 = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' }) as const;

const procedures: Readonly<Record<SignatureAlgorithm, Procedure>> = {
  // RFC 9421 §3.3.3
  'hmac-sha256': {
    signatureBytes: 32,
    sign: hmac,
    holds: (base, signature, key) => timingSafeEqual(hmac(base, key), signature),
  },
  // RFC 9421 §3.3.6
  ed25519: {
    signatureBytes: 64,
    sign: (base, key) => sign(null, base, key),
    holds: (base, signature, key) => verify(null, base, key, signature),
  },
  // RFC 9421 §3.3.4
  'ecdsa-p256-sha256': {
    signatureBytes: 64,
    sign: (base, key) => sign('sha256', base, p1363(key)),
    holds: (base, signature, key) => verify('sha256', base, p1363(key), signature),
  },
};

/** Signs a signature base (RFC 9421 §2.5). */
export function signBase(algorithm: SignatureAlgorithm, base: string, key: KeyObject): Buffer {
  return procedures[algorithm].sign(Buffer.from(base), key);
}

/** Says whether a signature holds; one of another length never does. */
export function baseHolds(algorithm: SignatureAlgorithm, base: string, signature: Uint8Array, key: KeyObject): boolean {
  const { signatureBytes, holds } = procedures[algorithm];
  return signature.byteLength === signatureBytes && holds(Buffer.from(base), signature, key);
}
