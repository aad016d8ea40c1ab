import { accessTokenType, tokenExchange } from '../token-exchange/exchange-request.js';
import { type Answer, basic, type RunningAuth, token } from './auth-service.js';

/** Secrets of the services' own clients for tests. */
export const serviceSecrets = { order: 'o'.repeat(32), payment: 'p'.repeat(32) };

/** The setting that makes them known. */
export const SERVICE_CLIENT_SECRETS = `order:${serviceSecrets.order},payment:${serviceSecrets.payment}`;

/** Exchanges a token as a service, which is order, for one that creates a payment; `form` says what is different, and `''` leaves it out. */
export function exchange(
  auth: RunningAuth,
  subjectToken: string,
  form: Record<string, string> = {},
  client: keyof typeof serviceSecrets = 'order',
): Promise<Answer> {
  const usual = {
    grant_type: tokenExchange,
    subject_token: subjectToken,
    subject_token_type: accessTokenType,
    audience: 'payment.service',
    scope: 'payment.create',
  };
  return token(auth, { ...usual, ...form }, basic(client, serviceSecrets[client]));
}
