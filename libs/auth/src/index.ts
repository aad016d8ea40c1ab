/**
 * A guard for NestJS services: verifies access tokens locally, refuses clearly, and carries the caller's authority to the
 * next service. It depends on nothing else of its repository, so that it can be copied out.
 */
export { type Route, RouteInventory, type Transport } from './audit/index.js';
export {
  AudienceMissing,
  type AuthorityMode,
  AuthorityUnavailable,
  type ClientCredentialsOptions,
  type HopAnswer,
  HopClient,
  HopMisconfigured,
  HopRefusal,
  type HopRequest,
  HopUnknown,
  remainingMs,
  ServiceClient,
  ServiceTokenUnavailable,
  type TargetOptions,
  TokenNotRelayable,
  withDeadline,
} from './call/index.js';
export {
  AnyScope,
  Authenticated,
  Caller,
  type FeedReading,
  KeyReadiness,
  Public,
  type Register,
  RevocationFeeds,
  type ScopeName,
  Scopes,
  Sensitive,
  type Sensitivity,
  ServiceAuthModule,
  type ServiceAuthOptions,
  type SignatureOptions,
} from './guard/index.js';
export type { DecisionEvent, DecisionListener } from './observe/index.js';
export {
  type KeyMaterial,
  memoryReplayStore,
  type RedisSet,
  type ReplayStore,
  RequestKey,
  type RequestSigner,
  readSignatureKey,
  redisReplayStore,
  type SharedSignatureKey,
  type SignatureExpectations,
  type SignatureKey,
  type SignatureKeyPair,
  SignatureKeyRing,
  type SignedMessage,
  signRequest,
  verifyRequest,
} from './proof/index.js';
export {
  CredentialsMissing,
  type ProblemDetails,
  Refusal,
  RequestMalformed,
  RouteUnannotated,
  ScopeInsufficient,
  SignatureInvalid,
  TokenInvalid,
  VerdictUnavailable,
} from './refuse/index.js';
export {
  LiveRevocations,
  memoryUsedTokens,
  type Questioned,
  type Revocation,
  type RevocationKind,
  type TakenBack,
  type TokenUse,
  type UsedTokens,
} from './revoke/index.js';
export {
  type Actor,
  type Algorithm,
  type Confirmation,
  confirmationClaim,
  type IssuerEvents,
  type IssuerOptions,
  publicKeyAlgorithms,
  readConfirmation,
  type StreamMessage,
  supportedAlgorithms,
} from './verify/index.js';
