import type { AxiosInstance } from 'axios';
import type { ClientCredentials } from './client-credentials.js';
import { codeOf, sendOnce } from './send-once.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';
import type { Target } from './target.js';

/** How long one request for a token may take in all, milliseconds. Who waits less for it leaves it to the next who asks. */
const timeoutMs = 5000;
const maxAnswerBytes = 64 * 1024;
const maxLifetimeSeconds = 30 * 24 * 3600;

/** RFC 6750 §2.1; 8 KiB are what a verifier takes. */
const bearerToken = /^[A-Za-z0-9\-._~+/]{1,8192}=*$/;
/** RFC 6749 §5.2. An endpoint that answers anything else could repeat the secret in it. */
const errorCodes = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

/** An access token of this service's own. */
export interface ServiceToken {
  readonly token: string;
  /** Seconds that it lives from its issue; 0 where the issuer does not say. */
  readonly lifetimeSeconds: number;
}

/**
 * Asks the token endpoint for a token that lets this service act at a target (RFC 6749 §4.4.2).
 * @throws ServiceTokenUnavailable
 */
export async function requestServiceToken(
  http: AxiosInstance,
  credentials: ClientCredentials,
  target: Target,
): Promise<ServiceToken> {
  const { status, data } = await post(http, credentials, target).catch((cause: unknown) => {
    throw unavailable(target, `gave no answer (${codeOf(cause)})`); // without the cause: it holds the secret
  });
  const answer = readObject(data);
  if (status !== 200) throw unavailable(target, `answered ${status}${errorOf(answer)}`);
  const { access_token: token, token_type: type, expires_in: lifetimeSeconds = 0 } = answer;
  if (typeof token !== 'string' || !bearerToken.test(token)) throw unavailable(target, 'gave no access token');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw unavailable(target, 'gave a token that is no Bearer token');
  if (!isLifetime(lifetimeSeconds)) throw unavailable(target, 'gave a token of an impossible lifetime');
  return { token, lifetimeSeconds };
}

function post(http: AxiosInstance, { tokenUrl, authorization }: ClientCredentials, { serviceScopes }: Target) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: serviceScopes.join(' ') });
  return sendOnce(http, {
    url: tokenUrl,
    method: 'POST',
    headers: { accept: 'application/json', authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
    timeoutMs,
    maxAnswerBytes,
  });
}

/** A JSON object; what is none has no members, and so no token. */
function readObject(data: Buffer): Record<string, unknown> {
  try {
    return Object(JSON.parse(data.toString('utf8')));
  } catch {
    return {};
  }
}

function errorOf({ error }: Record<string, unknown>): string {
  const known = errorCodes.find((code) => code === error);
  return known ? ` ${known}` : '';
}

function isLifetime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxLifetimeSeconds;
}

function unavailable({ audience }: Target, fault: string): ServiceTokenUnavailable {
  return new ServiceTokenUnavailable(audience, `the token endpoint ${fault}`);
}
