import { CredentialsMissing, RequestMalformed } from '../refuse/index.js';
import { fieldValues, type HttpRequest, queryOf } from './http-request.js';

/** A scheme is a whole token (RFC 9110 §11.1): "Bearers" is another one, "Bearer:" a malformed one. */
const bearerScheme = /^[ \t]*bearer(?![!#$%&'*+.^`|~\w-])/i;
const bearerCredentials = /^[ \t]*bearer +([A-Za-z0-9\-._~+/]+=*)[ \t]*$/i;

/**
 * The access token of a request: one Authorization header of the form `Bearer b64token` (RFC 6750 §2.1). A token in the
 * query (§2.3) is never taken, and beside the header it is malformed.
 * @throws CredentialsMissing, RequestMalformed
 */
export function bearerToken(request: HttpRequest): string {
  const [field, ...more] = fieldValues(request, 'authorization');
  if (field === undefined) throw new CredentialsMissing('credentials.none');
  if (more.length > 0) throw new RequestMalformed('credentials.two_headers');
  if (!bearerScheme.test(field)) throw new CredentialsMissing('credentials.other_scheme');
  const [, token] = bearerCredentials.exec(field) ?? [];
  if (token === undefined) throw new RequestMalformed('credentials.not_a_token');
  if (queryOf(request).has('access_token')) throw new RequestMalformed('credentials.header_and_query');
  return token;
}
