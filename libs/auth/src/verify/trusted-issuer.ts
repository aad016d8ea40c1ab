import { requireSecureAddress } from './address.js';
import {
  type Algorithm,
  defaultAlgorithms,
  isPublicKeyAlgorithm,
  publicKeyAlgorithms,
  sharedSecretAlgorithm,
} from './algorithm.js';
import { discoverKeySetAddress } from './discovery.js';
import { fetchJson, keySetDeadlineMs } from './fetch-json.js';
import type { IssuerKeys } from './issuer-keys.js';
import { type IssuerEvents, type IssuerOptions, requireKnownMembers } from './issuer-options.js';
import { accessTokenType, isMediaType, mediaTypeOf } from './media-type.js';
import { type KeySetNews, RemoteKeySet } from './remote-key-set.js';
import { SharedSecret } from './shared-secret.js';

/** A trusted issuer, ready to be asked for keys. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: ReadonlySet<Algorithm>;
  /** The accepted types, as `mediaTypeOf` spells them. */
  readonly types: ReadonlySet<string>;
  /** The way to the scopes, name by name; absent: `service_scopes` and `scope`. */
  readonly scopePath?: readonly string[];
  readonly requireJti: boolean;
  readonly maxLifetimeSeconds: number;
  readonly keys: IssuerKeys;
  /** Where the issuer tells what it has taken back; absent: nowhere. */
  readonly events?: URL | IssuerEvents;
}

/**
 * Checks an issuer's options and builds its keys; nothing is fetched yet.
 * @throws TypeError with the remedy
 */
export function trustIssuer(
  options: IssuerOptions,
  allowHttp: boolean,
  report?: (news: KeySetNews) => void,
): TrustedIssuer {
  const { issuer, audience, requireJti = true, scopeClaim } = options;
  requireKnownMembers(options);
  requireSecureAddress('issuer', issuer, allowHttp);
  const events = eventsOf(options, allowHttp);
  if (!audience)
    throw new TypeError(
      `The issuer ${issuer} has no audience. Name this service as its tokens do, e.g. "order.service".`,
    );
  return {
    issuer,
    audience,
    algorithms: algorithmsOf(options),
    types: typesOf(options),
    ...(scopeClaim !== undefined && { scopePath: scopePathOf(issuer, scopeClaim) }),
    requireJti,
    maxLifetimeSeconds: maxLifetimeOf(options),
    keys: keysOf(options, allowHttp, report),
    ...(events && { events }),
  };
}

function algorithmsOf({ issuer, secret, algorithms }: IssuerOptions): ReadonlySet<Algorithm> {
  if (secret === undefined) return publicKeyAlgorithmsOf(issuer, algorithms ?? defaultAlgorithms);
  if (algorithms && !(algorithms.length === 1 && algorithms[0] === sharedSecretAlgorithm)) {
    throw new TypeError(
      `The issuer ${issuer} has a secret, which goes with ${sharedSecretAlgorithm} alone. Drop the algorithms, or the secret.`,
    );
  }
  return new Set([sharedSecretAlgorithm]);
}

function publicKeyAlgorithmsOf(issuer: string, algorithms: readonly Algorithm[]): ReadonlySet<Algorithm> {
  if (algorithms.length > 0 && algorithms.every(isPublicKeyAlgorithm)) return new Set(algorithms);
  const remedy = algorithms.includes(sharedSecretAlgorithm) ? ` ${sharedSecretAlgorithm} goes with a secret only.` : '';
  throw new TypeError(
    `The issuer ${issuer} needs one or more algorithms of: ${publicKeyAlgorithms.join(', ')}.${remedy}`,
  );
}

function typesOf({ issuer, typ = [accessTokenType] }: IssuerOptions): ReadonlySet<string> {
  if (Array.isArray(typ) && typ.length > 0 && typ.every(isMediaType)) return new Set(typ.map(mediaTypeOf));
  throw new TypeError(`typ of ${issuer} must be a list of one or more media types, e.g. ["at+jwt"].`);
}

function scopePathOf(issuer: string, claim: string | readonly string[]): readonly string[] {
  const path = typeof claim === 'string' ? claim.split('.') : claim;
  if (path.length > 0 && path.every((name) => typeof name === 'string' && name !== '')) return path;
  throw new TypeError(`scopeClaim of ${issuer} must name a claim, or a path of claims, e.g. "realm_access.roles".`);
}

function maxLifetimeOf({ issuer, maxLifetimeSeconds = 900 }: IssuerOptions): number {
  if (Number.isInteger(maxLifetimeSeconds) && maxLifetimeSeconds > 0) return maxLifetimeSeconds;
  throw new TypeError(`maxLifetimeSeconds of ${issuer} must be a whole number of seconds above 0, e.g. 900.`);
}

function eventsOf({ issuer, eventsUrl, events }: IssuerOptions, allowHttp: boolean): URL | IssuerEvents | undefined {
  if (eventsUrl === undefined) return events;
  if (events) throw new TypeError(`The issuer ${issuer} has both eventsUrl and events. Keep one.`);
  const address = requireSecureAddress('eventsUrl', eventsUrl, allowHttp);
  if (address.search || address.hash)
    throw new TypeError(`eventsUrl of ${issuer} must have neither query nor fragment. Remove it from the URL.`);
  return address;
}

function keysOf(options: IssuerOptions, allowHttp: boolean, report?: (news: KeySetNews) => void): IssuerKeys {
  const { issuer, secret, jwks, jwksUri } = options;
  const given = Object.entries({ secret, jwks, jwksUri }).filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw new TypeError(`The issuer ${issuer} has both ${given.map(([name]) => name).join(' and ')}. Keep one.`);
  if (secret !== undefined) return new SharedSecret(issuer, secret);
  const configured = jwksUri === undefined ? undefined : requireSecureAddress('jwksUri', jwksUri, allowHttp);
  const fetchKeys = async () => {
    const deadline = AbortSignal.timeout(keySetDeadlineMs);
    return fetchJson(configured ?? (await discoverKeySetAddress(issuer, allowHttp, deadline)), deadline);
  };
  return new RemoteKeySet({ fetch: jwks ?? fetchKeys, ...(report && { report }) });
}
