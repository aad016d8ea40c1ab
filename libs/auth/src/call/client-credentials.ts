import { requireSecureAddress } from '../verify/address.js';

/** With what this service gets access tokens of its own (RFC 6749 §4.4). */
export interface ClientCredentialsOptions {
  /** The token endpoint (RFC 6749 §3.2): https, or plain http as far as it is allowed to issuers. */
  readonly tokenUrl: string;
  /** The `iss` of the issuer whose client this is; where several are trusted, an exchange shows their tokens to no other. */
  readonly issuer?: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Client credentials that are sound. */
export interface ClientCredentials {
  readonly tokenUrl: URL;
  /** The `Authorization` field: HTTP Basic, each part form-encoded first (RFC 6749 §2.3.1). */
  readonly authorization: string;
}

/** RFC 6749 appendix A.1 and A.2. */
const visible = /^[\x20-\x7e]{1,1024}$/;

/**
 * Checks client credentials.
 * @throws TypeError with the remedy, and without the secret
 */
export function readClientCredentials(options: ClientCredentialsOptions, allowHttp: boolean): ClientCredentials {
  const { clientId, clientSecret } = options;
  const tokenUrl = requireSecureAddress('tokenUrl of clientCredentials', options.tokenUrl, allowHttp);
  if (tokenUrl.hash)
    throw new TypeError('tokenUrl of clientCredentials must have no fragment. Remove it from the URL.');
  for (const [name, value] of Object.entries({ clientId, clientSecret })) {
    if (!visible.test(value))
      throw new TypeError(
        `${name} of clientCredentials must be 1 to 1024 visible ASCII characters. Give it as the issuer knows it.`,
      );
  }
  const pair = [clientId, clientSecret].map(formEncoded).join(':');
  return { tokenUrl, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** RFC 6749 appendix B. */
function formEncoded(part: string): string {
  return new URLSearchParams([['', part]]).toString().slice(1);
}
