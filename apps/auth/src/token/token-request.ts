import type { IncomingMessage } from 'node:http';
import { clientCredentials, type PresentedCredentials } from '../clients/client-credentials.js';
import { type Form, readForm } from './form.js';

/** A request to the token endpoint (RFC 6749 §3.2): its parameters, and what the client says about itself. */
export interface TokenRequest {
  form: Form;
  credentials: PresentedCredentials;
}

/** A request as the framework hands it over: `ip` is the client's address, as far as trusted proxies tell it. */
export interface ReceivedRequest {
  raw: IncomingMessage;
  ip: string;
}

/** Reads a request whose body the framework has parsed. Throws OAuthError. */
export function readTokenRequest({ raw, ip }: ReceivedRequest, body: unknown): TokenRequest {
  const form = readForm(raw.headers['content-type'], body);
  return { form, credentials: { ...clientCredentials(raw, form), address: ip } };
}
