import type { IncomingMessage } from 'node:http';
import { clientCredentials, type PresentedCredentials } from '../clients/client-credentials.js';
import { type Form, readForm } from './form.js';

/** What of Fastify's request is needed. */
export interface FastifyRequest {
  /** The id under which the log tells of the request. */
  id: string;
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

/** Reads a request from this address, whose body the framework has parsed. Throws OAuthError. */
export function readTokenRequest({ id, raw }: FastifyRequest, body: unknown, address = ''): TokenRequest {
  const form = readForm(raw.headers['content-type'], body);
  return { form, credentials: { ...clientCredentials(raw, form), address }, requestId: id, raw };
}
