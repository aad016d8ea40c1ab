/**
 * Is the sender the one who may hold this? Signed requests, proofs of a key (DPoP), second keys, the client's address, and the
 * record of what may be used once. It knows neither Nest nor what an access token says.
 */

export { AddressPrefix, type PrefixLengths } from './address/address-prefix.js';
export { type AddressEvidence, canonicalAddress, clientAddress } from './address/client-address.js';
export { createDpopProof, type ProofRequest } from './dpop/create-proof.js';
export { type DpopAlgorithm, dpopAlgorithms } from './dpop/dpop-algorithm.js';
export { type DpopFetch, type DpopFetchOptions, dpopFetch } from './dpop/dpop-fetch.js';
export { createDpopKey, type DpopKey, readDpopKey } from './dpop/dpop-key.js';
export { type DpopOptions, DpopProofs, type ProvenRequest } from './dpop/dpop-proofs.js';
export { ProofKeys } from './dpop/proof-keys.js';
export { type ProofExpectations, type ProvenKey, verifyProof } from './dpop/verify-proof.js';
export { memoryReplayStore } from './replay/memory.replay-store.js';
export { type RedisSet, redisReplayStore } from './replay/redis.replay-store.js';
export type { ReplayStore } from './replay/replay-store.js';
export { createSecondKey, type SecondKey, secondKeyField, secondKeyMatches } from './second-key/second-key.js';
export { RequestKey } from './signature/request-key.js';
export { signRequest } from './signature/sign-request.js';
export type { KeyMaterial, SharedSignatureKey, SignatureKey, SignatureKeyPair } from './signature/signature-key.js';
export { SignatureKeyRing } from './signature/signature-key-ring.js';
export { readSignatureKey } from './signature/signature-key-text.js';
export type { SignedMessage } from './signature/signed-message.js';
export { type RequestSigner, type SignatureExpectations, verifyRequest } from './signature/verify-request.js';
