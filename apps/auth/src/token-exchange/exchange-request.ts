import { Audience } from '@waybill/contracts';
import { OAuthError } from '../oauth/oauth-error.js';
import { type Form, required } from '../token/form.js';

/** The `grant_type` of token exchange (RFC 8693 §2.1). */
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The token type of an access token (RFC 8693 §3). */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** What a client asks for with somebody's access token (RFC 8693 §2.1). */
export interface ExchangeRequest {
  subjectToken: string;
  /** The one service for which the new token is to be. */
  audience: Audience;
  /** What the call needs, space-delimited; undefined: all that the subject token may do there. */
  scope: string | undefined;
  /** The key of the client's own, as `client/id`, that is to sign the requests with the new token. */
  signatureKeyId: string | undefined;
}

const audiences: readonly string[] = Object.values(Audience);
/** Who acts is the client, which shows that itself; where the token is for, `audience` says. */
const untaken = ['actor_token', 'actor_token_type', 'resource'];

/**
 * Reads a client's request. The audience has to be named, so that a token is for one service alone. Throws OAuthError
 * `invalid_request`, and `invalid_target` for a service that there is not.
 */
export function readExchangeRequest(form: Form, clientId: string): ExchangeRequest {
  const subjectToken = required(form, 'subject_token');
  requireAccessToken('subject_token_type', required(form, 'subject_token_type'));
  requireAccessToken('requested_token_type', form.get('requested_token_type') ?? accessTokenType);
  for (const name of untaken.filter((parameter) => form.has(parameter)))
    throw new OAuthError('invalid_request', `The parameter ${name} is not taken: leave it out.`);
  const audience = required(form, 'audience');
  if (!isAudience(audience)) throw new OAuthError('invalid_target', 'The audience is unknown, or not for this client.');
  return {
    subjectToken,
    audience,
    scope: form.get('scope'),
    signatureKeyId: signatureKeyId(form.get('req_cnf'), clientId),
  };
}

function requireAccessToken(parameter: string, type: string): void {
  if (type !== accessTokenType) throw new OAuthError('invalid_request', `The only ${parameter} is ${accessTokenType}.`);
}

function isAudience(name: string): name is Audience {
  return audiences.includes(name);
}

/** `req_cnf` (RFC 9201 §3.1), as JSON: `{"kid":"client/id"}`, a key of the client's own. */
function signatureKeyId(text: string | undefined, clientId: string): string | undefined {
  if (text === undefined) return undefined;
  const { kid, ...others } = parsed(text);
  const [, caller] = /^([A-Za-z0-9._-]{1,64})\/[A-Za-z0-9._-]{1,64}$/.exec(typeof kid === 'string' ? kid : '') ?? [];
  if (typeof kid === 'string' && caller === clientId && Object.keys(others).length === 0) return kid;
  throw new OAuthError('invalid_request', 'req_cnf must be {"kid":"client/id"}, a signing key of the client itself.');
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
