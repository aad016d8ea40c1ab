import type { AxiosInstance } from 'axios';
import type { ClientCredentials } from './client-credentials.js';
import { codeOf, sendOnce } from './send-once.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';

/** How long one request for a token may take in all, milliseconds. Who waits less for it leaves it to the next who asks. */
const timeoutMs = 5000;
const maxAnswerBytes = 64 * 1024;
const maxLifetimeSeconds = 30 * 24 * 3600;

/** RFC 6750 §2.1; 8 KiB are what a verifier takes. */
const bearerToken = /^[A-Za-z0-9\-._~+/]{1,8192}=*$/;
/** RFC 6749 §5.2, RFC 8693 §2.2.2. An endpoint that answers anything else could repeat the secret in it. */
const errorCodes = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
];

/** An access token that this service got. */
export interface ServiceToken {
  readonly token: string;
  /** Seconds that it lives from its issue; 0 where the issuer does not say. */
  readonly lifetimeSeconds: number;
}

/** What a token is asked for with: the parameters of the grant, `grant_type` among them. */
export type GrantForm = Readonly<Record<string, string>>;

/**
 * Asks the token endpoint for a token with which to call a hop (RFC 6749 §3.2).
 * @throws ServiceTokenUnavailable
 */
export async function requestToken(
  http: AxiosInstance,
  credentials: ClientCredentials,
  form: GrantForm,
  hop: string,
): Promise<ServiceToken> {
  const { status, data } = await post(http, credentials, form).catch((cause: unknown) => {
    throw unavailable(hop, `gave no answer (${codeOf(cause)})`); // without the cause: it holds the secret
  });
  const answer = readObject(data);
  const error = errorCodes.find((code) => code === answer.error);
  if (status !== 200) throw unavailable(hop, `answered ${status}${error ? ` ${error}` : ''}`, error);
  const { access_token: token, token_type: type, expires_in: lifetimeSeconds = 0 } = answer;
  if (typeof token !== 'string' || !bearerToken.test(token)) throw unavailable(hop, 'gave no access token');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw unavailable(hop, 'gave a token that is no Bearer token');
  if (!isLifetime(lifetimeSeconds)) throw unavailable(hop, 'gave a token of an impossible lifetime');
  return { token, lifetimeSeconds };
}

function post(http: AxiosInstance, { tokenUrl, authorization }: ClientCredentials, form: GrantForm) {
  return sendOnce(http, {
    url: tokenUrl,
    method: 'POST',
    headers: { accept: 'application/json', authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(form).toString()),
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

function isLifetime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxLifetimeSeconds;
}

function unavailable(hop: string, fault: string, error?: string): ServiceTokenUnavailable {
  return new ServiceTokenUnavailable(hop, `the token endpoint ${fault}`, error);
}
