import type { IncomingMessage } from 'node:http';
import { OAuthError } from '../oauth/oauth-error.js';
import type { Form } from '../token/form.js';

/** What a client says about itself at the token endpoint; an empty secret counts as none (RFC 6749 §2.3.1). */
export interface ClientCredentials {
  clientId: string;
  secret?: string;
}

/** Credentials, and the address that they came from. */
export interface PresentedCredentials extends ClientCredentials {
  address: string;
}

/** RFC 6749 appendix A.1; the bound keeps the database's keys short. */
const clientIdSyntax = /^[\x20-\x7e]{1,255}$/;
const maximumSecretBytes = 1024;

/**
 * Reads a client's credentials from HTTP Basic or from the form, never from both (RFC 6749 §2.3). Throws OAuthError
 * `invalid_request` for two methods at once, `invalid_client` for none or for what no client can have.
 */
export function clientCredentials(request: IncomingMessage, form: Form): ClientCredentials {
  const authorization = request.headersDistinct.authorization ?? [];
  if (authorization.length > 1) throw new OAuthError('invalid_request', 'There is more than one Authorization header.');
  const [header] = authorization;
  return plausible(header === undefined ? fromForm(form) : fromBasic(header, form));
}

function fromForm(form: Form): ClientCredentials {
  return credentials(form.get('client_id') ?? '', form.get('client_secret') ?? '');
}

/** RFC 7617, with both parts form-encoded first (RFC 6749 §2.3.1). A `client_id` beside it may only repeat the same name. */
function fromBasic(header: string, form: Form): ClientCredentials {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header) ?? [];
  const pair = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) throw unauthenticated();
  const basic = credentials(formDecoded(pair.slice(0, colon)), formDecoded(pair.slice(colon + 1)));
  if (form.has('client_secret'))
    throw new OAuthError('invalid_request', 'The client authenticates in two ways at once.');
  if ((form.get('client_id') ?? basic.clientId) !== basic.clientId) {
    throw new OAuthError('invalid_request', 'The client names itself in two different ways.');
  }
  return basic;
}

function credentials(clientId: string, secret: string): ClientCredentials {
  return secret === '' ? { clientId } : { clientId, secret };
}

function plausible(credentials: ClientCredentials): ClientCredentials {
  const secretBytes = Buffer.byteLength(credentials.secret ?? '');
  if (clientIdSyntax.test(credentials.clientId) && secretBytes <= maximumSecretBytes) return credentials;
  throw unauthenticated();
}

function formDecoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) throw unauthenticated();
    throw error;
  }
}

const unauthenticated = () => new OAuthError('invalid_client', 'The client did not authenticate as it has to.');
