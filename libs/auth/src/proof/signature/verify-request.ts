import { timingSafeEqual } from 'node:crypto';
import { SignatureInvalid } from '../../refuse/index.js';
import { type AgeExpectations, ageFault } from '../replay/age-fault.js';
import { isFirstUse } from '../replay/is-first-use.js';
import { acceptSignature } from './accept-signature.js';
import type { RequestKey } from './request-key.js';
import { readSignatureClaim, type SignatureClaim } from './signature-claim.js';
import { fault, SignatureFault } from './signature-fault.js';
import type { SignatureKeyRing } from './signature-key-ring.js';
import { contentDigest, requiredComponents, type SignedMessage, signatureBase } from './signed-message.js';

/** What a request's signature is held against. */
export interface SignatureExpectations extends AgeExpectations {
  readonly keys: SignatureKeyRing;
  /** The services whose signature the route takes. */
  readonly callers: readonly string[];
}

/** Who signed a request, and with which key (`caller/id`). */
export interface RequestSigner {
  readonly caller: string;
  readonly keyId: string;
}

/**
 * Verifies a signed request (RFC 9421 §3.2) and records its nonce, in this order: everything is covered, the key is known, its
 * own algorithm is meant and its caller allowed, the time is near, the body and the signature hold, the nonce is new.
 * @param body its bytes; undefined where they were not kept, so that nothing can be said of it
 * @returns who signed
 * @throws SignatureInvalid, or VerdictUnavailable where the replay store cannot tell
 */
export async function verifyRequest(
  message: SignedMessage,
  body: Uint8Array | undefined,
  expected: SignatureExpectations,
): Promise<RequestSigner> {
  try {
    return await verify(message, body, expected);
  } catch (cause) {
    if (!(cause instanceof SignatureFault)) throw cause;
    throw new SignatureInvalid(cause.reason, acceptSignature(expected.keys, expected.callers));
  }
}

async function verify(
  message: SignedMessage,
  body: Uint8Array | undefined,
  expected: SignatureExpectations,
): Promise<RequestSigner> {
  const claim = readSignatureClaim(message);
  requireCoverage(message, claim);
  const key = requireKey(claim, expected);
  requireRecent(claim, expected);
  if (!body) return fault('signature.body_not_kept');
  if (!sameText(message.fields['content-digest'] ?? '', contentDigest(body))) fault('signature.digest');
  const base = signatureBase(message, requiredComponents(message.fields), claim.parameters);
  if (!key.holds(base, claim.signature)) fault('signature.mismatch');
  await requireUnused(claim, expected);
  return { caller: key.caller, keyId: key.keyId };
}

function requireCoverage({ fields }: SignedMessage, { components }: SignatureClaim): void {
  const required = requiredComponents(fields);
  if (components.length !== required.length || required.some((name, index) => components[index] !== name)) {
    fault('signature.coverage');
  }
}

function requireKey({ keyid, alg }: SignatureClaim, { keys, callers }: SignatureExpectations): RequestKey {
  const key = keys.find(keyid) ?? fault('signature.key_unknown');
  if (alg !== undefined && alg !== key.algorithm) fault('signature.algorithm');
  return callers.includes(key.caller) ? key : fault('signature.caller_not_allowed');
}

function requireRecent({ created }: SignatureClaim, expected: SignatureExpectations): void {
  const aged = ageFault(created, expected);
  if (aged) fault(`signature.${aged}`);
}

async function requireUnused({ keyid, nonce }: SignatureClaim, expected: SignatureExpectations): Promise<void> {
  if (!(await isFirstUse('signature', `${keyid}:${nonce}`, expected))) fault('signature.replayed');
}

function sameText(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
