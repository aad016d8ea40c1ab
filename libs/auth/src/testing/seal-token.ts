import { constants, createHmac, type KeyObject, sign } from 'node:crypto';

/** What a token is signed with: a private key, or a secret for HS256 (RFC 7518 §3.1). */
export interface TokenSigner {
  readonly algorithm: 'ES256' | 'RS256' | 'PS256' | 'HS256';
  readonly key: KeyObject;
}

/** Writes JSON as a segment of a compact JWS (RFC 7515 §3.1); text and bytes are taken as they are. */
export function segment(content: object | string | Uint8Array): string {
  const bytes = content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Signs two segments just as they are spelled, so that even what no issuer would write can bear a signature that holds. */
export function sealToken(header: string, claims: string, signer: TokenSigner): string {
  const input = `${header}.${claims}`;
  return `${input}.${signatureOf(Buffer.from(input), signer).toString('base64url')}`;
}

function signatureOf(input: Buffer, { algorithm, key }: TokenSigner): Buffer {
  switch (algorithm) {
    case 'ES256':
      return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
    case 'RS256':
      return sign('sha256', input, key);
    case 'PS256':
      return sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    case 'HS256':
      return createHmac('sha256', key).update(input).digest();
  }
}
