import { Refusal, type RefusalTerms } from './refusal.js';

/** No credentials were sent: a challenge without an error code (RFC 6750 §3.1). */
export class CredentialsMissing extends Refusal {
  readonly terms: RefusalTerms = {
    status: 401,
    code: 'credentials_missing',
    title: 'Credentials are missing',
    detail: 'Send an access token in the Authorization header, as "Bearer" (RFC 6750 §2.1).',
    challenge: {},
  };
}

/** The credentials are malformed, or sent in more than one way (RFC 6750 §3.1 `invalid_request`). */
export class RequestMalformed extends Refusal {
  readonly terms: RefusalTerms = {
    status: 400,
    code: 'invalid_request',
    title: 'The credentials are malformed',
    detail: 'Send exactly one Authorization header of the form "Bearer <token>", and no token anywhere else.',
    challenge: { error: 'invalid_request' },
  };
}

/** The access token is not good here (RFC 6750 §3.1 `invalid_token`). The wire never says why. */
export class TokenInvalid extends Refusal {
  readonly terms: RefusalTerms = {
    status: 401,
    code: 'invalid_token',
    title: 'The access token is not valid',
    detail: 'The access token is not valid for this service. Obtain a new one and try again.',
    challenge: { error: 'invalid_token' },
  };
}

/** The token is good but does not carry what the route needs (RFC 6750 §3.1 `insufficient_scope`). */
export class ScopeInsufficient extends Refusal {
  readonly terms: RefusalTerms;

  /** @param needed every scope that the whole route needs, in the order of its declaration */
  constructor(needed: readonly string[], match: 'all' | 'any' = 'all') {
    super(match === 'all' ? 'scope.missing' : 'scope.none_of');
    const scope = needed.join(' ');
    this.terms = {
      status: 403,
      code: 'insufficient_scope',
      title: 'The access token lacks a scope',
      detail: `This route needs ${match === 'any' ? 'one of ' : ''}the scope${needed.length > 1 ? 's' : ''} ${scope}.`,
      challenge: { error: 'insufficient_scope', scope },
      members: { scope },
    };
  }
}

/** The handler declares no access rule, so nobody may pass: closed by default. */
export class RouteUnannotated extends Refusal {
  readonly terms: RefusalTerms = {
    status: 403,
    code: 'route_unannotated',
    title: 'The route declares no access rule',
    detail: 'This route is closed because it does not say who may use it.',
  };
}

/** The request's HTTP message signature is missing or does not hold (RFC 9421). */
export class SignatureInvalid extends Refusal {
  readonly terms: RefusalTerms;

  /** @param accept the `Accept-Signature` field (RFC 9421 §5) that says which signature would be taken */
  constructor(reason: string, accept: string) {
    super(reason);
    this.terms = {
      status: 401,
      code: 'signature_invalid',
      title: 'The request signature is not valid',
      detail: 'This request must be signed by a service that is allowed to send it (RFC 9421).',
      challenge: {},
      headers: { 'Accept-Signature': accept },
    };
  }
}

/** What is needed to judge (keys, replay store) cannot be had just now: closed, and distinct from a refusal of the caller. */
export class VerdictUnavailable extends Refusal {
  readonly terms: RefusalTerms;

  /** @param retryAfterSeconds when a new attempt makes sense, whole seconds */
  constructor(reason: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(reason, options);
    this.terms = {
      status: 503,
      code: 'verdict_unavailable',
      title: 'The request cannot be judged just now',
      detail: 'This service cannot check the request just now. Try again later.',
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
    };
  }
}
