/** Is the sender the one who may hold this? Signed requests, and the record of what may be used once. It knows neither Nest nor access tokens. */
export { memoryReplayStore } from './replay/memory.replay-store.js';
export { type RedisSet, redisReplayStore } from './replay/redis.replay-store.js';
export type { ReplayStore } from './replay/replay-store.js';
export { signRequest } from './signature/sign-request.js';
export { keyId, type SignatureKey, SignatureKeyRing } from './signature/signature-key.js';
export type { SignedMessage } from './signature/signed-message.js';
export { type SignatureExpectations, verifyRequest } from './signature/verify-request.js';
