/** Is this token genuine, for us, and still good? Form, header, key, signature, claims. It knows neither Nest nor HTTP requests. */
export type { Actor } from './actor.js';
export { requireSecureAddress } from './address.js';
export {
  type Algorithm,
  defaultAlgorithms,
  isAlgorithm,
  publicKeyAlgorithms,
  supportedAlgorithms,
} from './algorithm.js';
export type { Caller } from './caller.js';
export { type Confirmation, confirmationClaim, readConfirmation } from './confirmation.js';
export { DocumentUnavailable, fetchJson, keySetDeadlineMs } from './fetch-json.js';
export type { IssuerKeys } from './issuer-keys.js';
export type { IssuerEvents, IssuerOptions, StreamMessage } from './issuer-options.js';
export { type KeySetNews, RemoteKeySet } from './remote-key-set.js';
export type { SignatureCheck } from './signature.js';
export { TokenVerifier } from './token-verifier.js';
export { type TrustedIssuer, trustIssuer } from './trusted-issuer.js';
export type { VerificationKey } from './verification-key.js';
