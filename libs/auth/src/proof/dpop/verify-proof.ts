import { hash, timingSafeEqual } from 'node:crypto';
import { DpopNonceRequired, DpopProofInvalid } from '../../refuse/index.js';
import { type AgeExpectations, ageFault } from '../replay/age-fault.js';
import { isFirstUse } from '../replay/is-first-use.js';
import type { ProofKeys } from './proof-keys.js';

import { proofSignatureHolds } from './proof-signature.js';
import { type Proof, readProof } from './read-proof.js';
import type { ServerNonces } from './server-nonces.js';
import { targetUri } from './target-uri.js';

/** What the proof of a request is held against. */
export interface ProofExpectations extends AgeExpectations {
  /** Reads the key in a proof, of the algorithms that are taken. */
  readonly keys: ProofKeys;
  /** The request's method. */
  readonly method: string;
  /** What the request's target may be called: absolute URIs. */
  readonly targets: readonly string[];
  /** The access token that comes with the proof; absent where a token is asked for. */
  readonly accessToken?: string | undefined;
  /** The key that must have signed (`cnf.jkt`); absent where any may, and is then bound to. */
  readonly keyThumbprint?: string | undefined;
  /** The nonces that are demanded; absent: none. */
  readonly nonces?: ServerNonces | undefined;
}

/** What a proof has shown. */
export interface ProvenKey {
  /** The thumbprint of the key that signed (RFC 7638). */
  readonly keyThumbprint: string;
  /** The nonce to give to the client with the answer, because the one that it used will soon be refused (RFC 9449 §8.2). */
  readonly nextNonce?: string;
}

/**
 * Checks the proof of a request (RFC 9449 §4.3) and records it, in this order: its form, the key it must be of, its own
 * signature, the request it is for, its time, its token, its nonce, and that it is new.
 * @param fields the value of each `DPoP` field of the request
 * @throws DpopProofInvalid, DpopNonceRequired, or VerdictUnavailable where the replay store cannot tell
 */
export async function verifyProof(fields: readonly string[], expected: ProofExpectations): Promise<ProvenKey> {
  const proof = readProof(fields, expected.keys);
  requireKey(proof, expected);
  requireSignature(proof);
  requireRequest(proof, expected);
  requireRecent(proof, expected);
  requireToken(proof, expected);
  const nextNonce = requireNonce(proof, expected);
  await requireUnused(proof, expected);
  return { keyThumbprint: proof.key.thumbprint, ...(nextNonce !== undefined && { nextNonce }) };
}

function requireSignature({ input, signature, key: { algorithm, key } }: Proof): void {
  if (!proofSignatureHolds(input, signature, algorithm, key)) refuse('dpop.signature');
}

function requireKey({ key: { thumbprint } }: Proof, { keyThumbprint = thumbprint }: ProofExpectations): void {
  if (!sameText(thumbprint, keyThumbprint)) refuse('dpop.other_key');
}

function requireRequest({ claims: { htm, htu } }: Proof, { method, targets }: ProofExpectations): void {
  if (htm !== method) refuse('dpop.htm');
  const claimed = typeof htu === 'string' ? targetUri(htu) : undefined;
  if (claimed === undefined || !targets.some((target) => targetUri(target) === claimed)) refuse('dpop.htu');
}

function requireRecent({ claims: { iat } }: Proof, expected: ProofExpectations): void {
  const fault = ageFault(typeof iat === 'number' ? iat : refuse('dpop.iat'), expected);
  if (fault) refuse(`dpop.${fault}`);
}

function requireToken({ claims: { ath } }: Proof, { accessToken }: ProofExpectations): void {
  if (accessToken === undefined) return;
  if (typeof ath !== 'string' || !sameText(ath, digestOf(accessToken))) refuse('dpop.ath');
}

/** @returns the nonce for the next proof, where this one's was not the one that is given out now */
function requireNonce({ claims: { nonce } }: Proof, { nonces }: ProofExpectations): string | undefined {
  if (!nonces) return undefined;
  if (nonce === undefined) throw new DpopNonceRequired('dpop.nonce_absent', nonces.current());
  const standing = typeof nonce === 'string' ? nonces.standingOf(nonce) : 'refused';
  if (standing === 'refused') throw new DpopNonceRequired('dpop.nonce_not_taken', nonces.current());
  return standing === 'current' ? undefined : nonces.current();
}

/** What is remembered of a proof is one digest, however long its `jti` is; the key is part of it, so that nobody spoils another's. */
async function requireUnused({ claims: { jti }, key }: Proof, expected: ProofExpectations): Promise<void> {
  const id = typeof jti === 'string' && jti.length >= 1 && jti.length <= 255 ? jti : refuse('dpop.jti');
  const name = `dpop:${key.thumbprint}:${digestOf(id)}`;
  if (!(await isFirstUse('dpop', name, expected))) refuse('dpop.replayed');
}

/** The SHA-256 of a text in base64url, as `ath` has it (RFC 9449 §4.2). */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

function sameText(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function refuse(reason: string): never {
  throw new DpopProofInvalid(reason);
}
