import type { IncomingMessage } from 'node:http';
import { clientCredentials, type PresentedCredentials } from '../clients/client-credentials.js';
import { type Form, readForm } from './form.js';

/** What of Fastify's request is needed. */
export interface FastifyRequest {
  /** The id under which the log tells of the request. */
  id: string;
  /** The client's address, as far as trusted proxies tell it. */
  ip: string;
  raw: IncomingMessage;
}

/** A request to the token endpoint (RFC 6749 §3.2): its parameters, and what the client says about itself. */
export interface TokenRequest {
  form: Form;
  credentials: PresentedCredentials;
  requestId: string;
  /** As received, for the proof of a key that it may carry. */
  raw: IncomingMessage;
}

/** Reads a request whose body the framework has parsed. Throws OAuthError. */
export function readTokenRequest({ id, ip, raw }: FastifyRequest, body: unknown): TokenRequest {
  const form = readForm(raw.headers['content-type'], body);
  return { form, credentials: { ...clientCredentials(raw, form), address: ip }, requestId: id, raw };
}
