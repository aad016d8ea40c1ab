import { CredentialsMissing, RequestMalformed } from '../refuse/index.js';
import { fieldValues, type HttpRequest, queryOf } from './http-request.js';

const bearer = /^bearer(?: +(.*))?$/is;
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The access token of a request: one Authorization header of the form `Bearer b64token` (RFC 6750 §2.1). A token in the
 * query (§2.3) is never taken, and beside the header it is malformed.
 * @throws CredentialsMissing, RequestMalformed
 */
export function bearerToken(request: HttpRequest): string {
  const [field, ...more] = fieldValues(request, 'authorization');
  if (field === undefined) throw new CredentialsMissing('credentials.none');
  if (more.length > 0) throw new RequestMalformed('credentials.two_headers');
  const token = bearer.exec(field);
  if (!token) throw new CredentialsMissing('credentials.other_scheme');
  if (!b64token.test(token[1] ?? '')) throw new RequestMalformed('credentials.not_a_token');
  if (queryOf(request).has('access_token')) {
    throw new RequestMalformed('credentials.header_and_query');
  }
  return token[1] ?? '';
}
