/** What a refused request is answered: the kinds of refusal, and their one rendering. It knows neither Nest nor how a refusal came about. */
export { Refusal, type RefusalTerms, type Scheme } from './refusal.js';
export {
  CredentialsMissing,
  DpopNonceRequired,
  DpopProofInvalid,
  RequestMalformed,
  RouteUnannotated,
  ScopeInsufficient,
  SecondKeyInvalid,
  SignatureInvalid,
  TokenInvalid,
  TokenUnbound,
  VerdictUnavailable,
} from './refusals.js';
export { type Answer, type Occasion, type ProblemDetails, render } from './render.js';
