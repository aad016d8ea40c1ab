/** Is the sender the one who may hold this? Signed requests, and the record of what may be used once. It knows neither Nest nor access tokens. */
export { memoryReplayStore } from './memory.replay-store.js';
export { type RedisSet, redisReplayStore } from './redis.replay-store.js';
export type { ReplayStore } from './replay-store.js';
export { signRequest } from './sign-request.js';
export { type SignatureKey, SignatureKeyRing } from './signature-key.js';
export type { SignedMessage } from './signed-message.js';
export { type SignatureExpectations, verifyRequest } from './verify-request.js';
