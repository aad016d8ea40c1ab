import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/**
 * Says whether a text is a key of a pair, also behind a label: in PEM, as a JWK, or as DER (SPKI, PKCS #8, SEC 1, PKCS #1) in base64
 * or hexadecimal. As a secret it would be known to those who verify. What has no form, as a bare curve point, cannot be told.
 */
export function isKeyText(text: string): boolean {
  const value = text.slice(text.lastIndexOf(':') + 1);
  return isJwk(text) || readsAsKey(text) || [value, text].some(isEncodedKey);
}

function isEncodedKey(text: string): boolean {
  return (['base64', 'hex'] as const).some((encoding) => readsAsKey(Buffer.from(text, encoding)));
}

/** Whatever else is in it: a JWK that cannot be read was meant as one. */
function isJwk(text: string): boolean {
  try {
    const { kty } = Object(JSON.parse(text)) as { kty?: unknown };
    return kty !== undefined && kty !== 'oct';
  } catch {
    return false; // not JSON
  }
}

function readsAsKey(key: string | Buffer): boolean {
  const readings: (() => KeyObject)[] = [() => createPublicKey(key)]; // PEM, of either half
  if (typeof key !== 'string') {
    readings.push(
      () => createPublicKey({ key, format: 'der', type: 'spki' }),
      () => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
      () => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
      () => createPrivateKey({ key, format: 'der', type: 'sec1' }),
      () => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
    );
  }
  return readings.some(succeeds);
}

function succeeds(reading: () => KeyObject): boolean {
  try {
    reading();
    return true;
  } catch {
    return false; // not a key in this form
  }
}
