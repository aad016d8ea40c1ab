/** What a refused request is answered: the kinds of refusal, and their one rendering. It knows neither Nest nor how a refusal came about. */
export { Refusal, type RefusalTerms } from './refusal.js';
export {
  CredentialsMissing,
  RequestMalformed,
  RouteUnannotated,
  ScopeInsufficient,
  SecondKeyInvalid,
  SignatureInvalid,
  TokenInvalid,
  VerdictUnavailable,
} from './refusals.js';
export { type Answer, type Occasion, type ProblemDetails, render } from './render.js';
