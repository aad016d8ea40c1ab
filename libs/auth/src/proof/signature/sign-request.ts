import { randomBytes } from 'node:crypto';
import type { RequestKey } from './request-key.js';
import {
  contentDigest,
  requiredComponents,
  type SignedMessage,
  signatureBase,
  signatureLabel,
  signatureParameters,
} from './signed-message.js';

/**
 * Signs a request (RFC 9421 §3.1) over method, host, path, query, body, token, and content type, idempotency key, time
 * limit and client address where present, with the time and a nonce. Each attempt is signed anew.
 * @throws TypeError where the key only verifies
 * @returns the header fields to add: `Content-Digest`, `Signature-Input`, `Signature`
 */
export function signRequest(message: SignedMessage, body: Uint8Array, key: RequestKey): Record<string, string> {
  const digest = contentDigest(body);
  const signed = { ...message, fields: { ...message.fields, 'content-digest': digest } };
  const components = requiredComponents(signed.fields);
  const parameters = signatureParameters(
    components,
    new Map<string, string | number>([
      ['created', Math.floor(Date.now() / 1000)],
      ['nonce', randomBytes(16).toString('base64url')],
      ['keyid', key.keyId],
      ['alg', key.algorithm],
    ]),
  );
  const signature = key.sign(signatureBase(signed, components, parameters)).toString('base64');
  return {
    'Content-Digest': digest,
    'Signature-Input': `${signatureLabel}=${parameters}`,
    Signature: `${signatureLabel}=:${signature}:`,
  };
}
