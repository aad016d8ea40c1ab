import { CredentialsMissing, RequestMalformed, type Scheme } from '../../refuse/index.js';
import { fieldValues, type HttpRequest, queryOf } from './http-request.js';

/** A request's access token, and how it was presented. */
export interface PresentedToken {
  readonly scheme: Scheme;
  readonly token: string;
}

/** A scheme is a whole token (RFC 9110 §11.1): "Bearers" is another one, "Bearer:" a malformed one. */
const scheme = /^[ \t]*(bearer|dpop)(?![!#$%&'*+.^`|~\w-])/i;
const credentials = /^[ \t]*(?:bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)[ \t]*$/i;

/**
 * The access token of a request: one Authorization header of the form `Bearer b64token` (RFC 6750 §2.1) or, where that is
 * taken, `DPoP b64token` (RFC 9449 §7.1). A token in the query (RFC 6750 §2.3) is never taken, and beside the header it is malformed.
 * @param schemes those that the route offers to somebody without credentials
 * @throws CredentialsMissing, RequestMalformed
 */
export function presentedToken(request: HttpRequest, dpop: boolean, schemes?: readonly Scheme[]): PresentedToken {
  const [field, ...more] = fieldValues(request, 'authorization');
  if (field === undefined) throw new CredentialsMissing('credentials.none', schemes);
  if (more.length > 0) throw new RequestMalformed('credentials.two_headers');
  const presented = schemeOf(field);
  if (presented === undefined || (presented === 'DPoP' && !dpop))
    throw new CredentialsMissing('credentials.other_scheme', schemes);
  const [, token] = credentials.exec(field) ?? [];
  if (token === undefined) throw new RequestMalformed('credentials.not_a_token');
  if (queryOf(request).has('access_token')) throw new RequestMalformed('credentials.header_and_query');
  return { scheme: presented, token };
}

/** The scheme that a request uses, however well: the one to name in the answer. Undefined for none, another, or several. */
export function schemeUsed(request: HttpRequest): Scheme | undefined {
  const [field, ...more] = fieldValues(request, 'authorization');
  return field === undefined || more.length > 0 ? undefined : schemeOf(field);
}

function schemeOf(field: string): Scheme | undefined {
  const name = scheme.exec(field)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  return name === 'dpop' ? 'DPoP' : 'Bearer';
}
