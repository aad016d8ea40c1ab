import type { SignatureKeyRing } from './signature-key-ring.js';
import { requiredComponents, signatureLabel } from './signed-message.js';

/** What is listed must be signed (RFC 9421 §5.1), so what few send is not: who sends it must cover it too. */
const components = requiredComponents({ 'content-type': '', 'idempotency-key': '' })
  .map((component) => `"${component}"`)
  .join(' ');

/** The `Accept-Signature` field (RFC 9421 §5): which signature would be taken. It names the algorithm where there is one. */
export function acceptSignature(keys: SignatureKeyRing, callers: readonly string[]): string {
  const [algorithm, ...others] = new Set(keys.keysOf(callers).map((key) => key.algorithm));
  const named = algorithm !== undefined && others.length === 0 ? `;alg="${algorithm}"` : '';
  return `${signatureLabel}=(${components});created;nonce;keyid${named}`;
}
