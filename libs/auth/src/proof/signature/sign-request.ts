import { createHmac, randomBytes } from 'node:crypto';
import { keyId, type SignatureKey } from './signature-key.js';
import {
  contentDigest,
  requiredComponents,
  type SignedMessage,
  signatureBase,
  signatureParameters,
} from './signed-message.js';

/** The label under which the signature stands in `Signature-Input` and `Signature`. */
export const signatureLabel = 'waybill';

/**
 * Signs a request (RFC 9421 §3.1) over method, host, path, query, body, token, and content type, idempotency key and time
 * limit where present, with the time and a nonce. Each attempt is signed anew.
 * @returns the header fields to add: `Content-Digest`, `Signature-Input`, `Signature`
 */
export function signRequest(message: SignedMessage, body: Uint8Array, key: SignatureKey): Record<string, string> {
  const digest = contentDigest(body);
  const signed = { ...message, fields: { ...message.fields, 'content-digest': digest } };
  const components = requiredComponents(signed.fields);
  const parameters = signatureParameters(
    components,
    new Map<string, string | number>([
      ['created', Math.floor(Date.now() / 1000)],
      ['nonce', randomBytes(16).toString('base64url')],
      ['keyid', keyId(key)],
      ['alg', 'hmac-sha256'],
    ]),
  );
  const signature = createHmac('sha256', key.secret)
    .update(signatureBase(signed, components, parameters))
    .digest('base64');
  return {
    'Content-Digest': digest,
    'Signature-Input': `${signatureLabel}=${parameters}`,
    Signature: `${signatureLabel}=:${signature}:`,
  };
}
