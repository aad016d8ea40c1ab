import type { IncomingMessage } from 'node:http';
import { type ClientCredentials, clientCredentials } from '../clients/client-credentials.js';
import { type Form, readForm } from './form.js';

/** A request to the token endpoint (RFC 6749 §3.2): its parameters, and what the client says about itself. */
export interface TokenRequest {
  form: Form;
  credentials: ClientCredentials;
}

/** Reads a request whose body the framework has parsed. Throws OAuthError. */
export function readTokenRequest(request: IncomingMessage, body: unknown): TokenRequest {
  const form = readForm(request.headers['content-type'], body);
  return { form, credentials: clientCredentials(request, form) };
}
