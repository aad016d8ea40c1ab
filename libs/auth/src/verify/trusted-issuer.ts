import { requireSecureAddress } from './address.js';
import { type Algorithm, defaultAlgorithms, isAlgorithm, supportedAlgorithms } from './algorithm.js';
import { discoverKeySetAddress } from './discovery.js';
import { deadline, fetchJson } from './fetch-json.js';
import { type KeySetNews, RemoteKeySet } from './remote-key-set.js';

/** An issuer whose access tokens are accepted. */
export interface IssuerOptions {
  /** The exact value of `iss`. */
  readonly issuer: string;
  /** This service's own identifier, which `aud` must name. */
  readonly audience: string;
  /** Where the issuer's keys are. Default: found by discovery (RFC 8414, OpenID Connect Discovery). */
  readonly jwksUri?: string;
  /** Answers the issuer's JWK Set without HTTP: for the issuer itself, which need not ask itself over the network. */
  readonly jwks?: () => Promise<unknown>;
  /** Signature algorithms to accept. Default: ES256, RS256, PS256. */
  readonly algorithms?: readonly Algorithm[];
  /** The longest `exp − iat` to accept, seconds. Default: 900. */
  readonly maxLifetimeSeconds?: number;
}

/** A trusted issuer, ready to be asked for keys. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly maxLifetimeSeconds: number;
  readonly keys: RemoteKeySet;
}

/**
 * Checks an issuer's options and builds its key set; nothing is fetched yet.
 * @throws TypeError with the remedy
 */
export function trustIssuer(
  options: IssuerOptions,
  allowHttp: boolean,
  report?: (news: KeySetNews) => void,
): TrustedIssuer {
  const { issuer, audience, jwks, jwksUri, algorithms = defaultAlgorithms, maxLifetimeSeconds = 900 } = options;
  requireSecureAddress('issuer', issuer, allowHttp);
  if (!audience)
    throw new TypeError(
      `The issuer ${issuer} has no audience. Name this service as its tokens do, e.g. "order.service".`,
    );
  if (algorithms.length === 0 || !algorithms.every(isAlgorithm)) {
    throw new TypeError(`The issuer ${issuer} needs one or more algorithms of: ${supportedAlgorithms.join(', ')}.`);
  }
  if (!Number.isInteger(maxLifetimeSeconds) || maxLifetimeSeconds <= 0) {
    throw new TypeError(`maxLifetimeSeconds of ${issuer} must be a whole number of seconds above 0, e.g. 900.`);
  }
  if (jwks && jwksUri !== undefined) throw new TypeError(`The issuer ${issuer} has both jwks and jwksUri. Keep one.`);
  const configured = jwksUri === undefined ? undefined : requireSecureAddress('jwksUri', jwksUri, allowHttp);
  const fetchKeys = async () => {
    const signal = deadline();
    return fetchJson(configured ?? (await discoverKeySetAddress(issuer, allowHttp, signal)), signal);
  };
  const fetch = jwks ?? fetchKeys;
  return {
    issuer,
    audience,
    algorithms: new Set(algorithms),
    maxLifetimeSeconds,
    keys: new RemoteKeySet({ fetch, ...(report && { report }) }),
  };
}
