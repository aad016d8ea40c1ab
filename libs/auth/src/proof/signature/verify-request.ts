import { createHmac, timingSafeEqual } from 'node:crypto';
import { type InnerList, isInnerList, parseDictionary } from 'structured-headers';
import { SignatureInvalid, VerdictUnavailable } from '../../refuse/index.js';
import { type AgeExpectations, ageFault, rememberSeconds } from '../replay/age-fault.js';
import { signatureLabel } from './sign-request.js';
import type { SignatureKey, SignatureKeyRing } from './signature-key.js';
import { contentDigest, requiredComponents, type SignedMessage, signatureBase } from './signed-message.js';

/** What a request's signature is held against. */
export interface SignatureExpectations extends AgeExpectations {
  readonly keys: SignatureKeyRing;
  /** The services whose signature the route takes. */
  readonly callers: readonly string[];
}

/** What is listed must be signed (RFC 9421 §5.1), so a time limit, which few send, is not: who sends one must cover it too. */
const acceptSignature = `${signatureLabel}=(${requiredComponents({ 'content-type': '', 'idempotency-key': '' })
  .map((component) => `"${component}"`)
  .join(' ')});created;nonce;keyid;alg="hmac-sha256"`;

/**
 * Verifies a signed request (RFC 9421 §3.2; `body` undefined: it was not kept, so nothing can be said of it) and records its nonce, in this order: everything is covered, the key is known
 * and its caller allowed, the time is near, the body and the signature hold, the nonce is new.
 * @returns the service that signed
 * @throws SignatureInvalid, or VerdictUnavailable where the replay store cannot tell
 */
export async function verifyRequest(
  message: SignedMessage,
  body: Uint8Array | undefined,
  expected: SignatureExpectations,
): Promise<string> {
  const claim = readSignature(message);
  requireCoverage(message, claim);
  const key = requireKey(claim, expected);
  requireRecent(claim, expected);
  if (!body) return refuse('signature.body_not_kept');
  if (!sameText(message.fields['content-digest'] ?? '', contentDigest(body))) refuse('signature.digest');
  if (!signatureHolds(message, claim, key)) refuse('signature.mismatch');
  await requireUnused(claim, expected);
  return key.caller;
}

/** A signature as the request states it; nothing of it is trusted yet. */
interface SignatureClaim {
  readonly components: readonly unknown[];
  /** The `Signature-Input` member as received: the base is computed over these very characters. */
  readonly parameters: string;
  readonly created: number;
  readonly nonce: string;
  readonly keyid: string;
  readonly signature: Uint8Array;
}

/** Any other parameter (RFC 9421 §2.3) would ask for a check that is not made here. */
const knownParameters = new Set(['created', 'nonce', 'keyid', 'alg']);

function readSignature({ fields }: SignedMessage): SignatureClaim {
  const input = fields['signature-input'];
  const field = fields.signature;
  if (input === undefined || field === undefined) return refuse('signature.absent');
  const list = listOf(input);
  const signature = byteSequence.exec(field)?.[1];
  if (!list || signature === undefined) return refuse('signature.malformed');
  if ([...list[1].keys()].some((name) => !knownParameters.has(name))) return refuse('signature.parameters');
  const [created, nonce, keyid, alg] = ['created', 'nonce', 'keyid', 'alg'].map((name) => list[1].get(name));
  if (typeof created !== 'number' || typeof nonce !== 'string' || typeof keyid !== 'string')
    return refuse('signature.parameters');
  if (nonce.length < 16 || nonce.length > 128) return refuse('signature.nonce');
  if (alg !== undefined && alg !== 'hmac-sha256') return refuse('signature.algorithm');
  return {
    components: componentsOf(list),
    parameters: input.slice(signatureLabel.length + 1),
    created,
    nonce,
    keyid,
    signature: Buffer.from(signature, 'base64'),
  };
}

/** The one member that `Signature` may have, a byte sequence (RFC 9651 §3.3.5) under our label. */
const byteSequence = new RegExp(`^${signatureLabel}=:([A-Za-z0-9+/]*={0,2}):$`);

/** The one member that `Signature-Input` may have, an inner list (RFC 9651 §3.1.1) under our label. */
function listOf(field: string): InnerList | undefined {
  try {
    const dictionary = parseDictionary(field);
    const list = dictionary.size === 1 ? dictionary.get(signatureLabel) : undefined;
    return list && isInnerList(list) && field.startsWith(`${signatureLabel}=`) ? list : undefined;
  } catch {
    return undefined; // malformed: the caller refuses
  }
}

/** Component names; a component with parameters is no name that we ask for. */
function componentsOf([items]: InnerList): unknown[] {
  return items.map(([name, parameters]) => (parameters.size === 0 ? name : undefined));
}

function requireCoverage({ fields }: SignedMessage, { components }: SignatureClaim): void {
  const required = requiredComponents(fields);
  if (components.length !== required.length || required.some((name, index) => components[index] !== name)) {
    refuse('signature.coverage');
  }
}

function requireKey({ keyid }: SignatureClaim, { keys, callers }: SignatureExpectations): SignatureKey {
  const key = keys.find(keyid) ?? refuse('signature.key_unknown');
  return callers.includes(key.caller) ? key : refuse('signature.caller_not_allowed');
}

function requireRecent({ created }: SignatureClaim, expected: SignatureExpectations): void {
  const fault = ageFault(created, expected);
  if (fault) refuse(`signature.${fault}`);
}

function signatureHolds(message: SignedMessage, claim: SignatureClaim, key: SignatureKey): boolean {
  const base = signatureBase(message, requiredComponents(message.fields), claim.parameters);
  const expected = createHmac('sha256', key.secret).update(base).digest();
  return expected.byteLength === claim.signature.byteLength && timingSafeEqual(expected, claim.signature);
}

async function requireUnused({ keyid, nonce }: SignatureClaim, expected: SignatureExpectations): Promise<void> {
  const seconds = rememberSeconds(expected);
  const unused = await expected.replayStore.record(`${keyid}:${nonce}`, seconds).catch((cause: unknown) => {
    throw new VerdictUnavailable('signature.replay_store_unreachable', 5, { cause });
  });
  if (!unused) refuse('signature.replayed');
}

function sameText(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function refuse(reason: string): never {
  throw new SignatureInvalid(reason, acceptSignature);
}
