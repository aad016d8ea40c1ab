import type { HttpService } from '@nestjs/axios';
import { type ClientCredentials, readClientCredentials } from '../../call/client-credentials.js';
import { ServiceAuthority } from '../../call/service-authority.js';
import { readTarget } from '../../call/target.js';
import { type EventSource, httpEventSource } from '../../revoke/index.js';
import {
  fetchJson,
  type IssuerEvents,
  keySetDeadlineMs,
  RemoteKeySet,
  type TrustedIssuer,
} from '../../verify/index.js';
import type { AccessTokenStrategy } from '../access-token.strategy.js';
import { clockToleranceOf, maxRevocationStalenessOf, type ServiceAuthOptions } from '../service-auth.options.js';
import { IssuerFeed } from './issuer-feed.js';
import { RevocationFeeds } from './revocation-feeds.js';

/** What lets a service read a feed. */
const readScope = 'events.read';

/**
 * Builds the feeds of the trusted issuers; nothing is read yet.
 * @throws TypeError with the remedy
 */
export function followIssuers(
  issuers: readonly TrustedIssuer[],
  { axiosRef }: HttpService,
  { holds }: AccessTokenStrategy,
  options: ServiceAuthOptions,
): RevocationFeeds {
  const maxStalenessSeconds = maxRevocationStalenessOf(options);
  const shared = {
    signatureHolds: holds,
    clockToleranceSeconds: clockToleranceOf(options),
    maxStalenessSeconds,
  };
  const credentials = feedCredentials(issuers, options);
  const feedOf = (issuer: TrustedIssuer) => {
    const { events } = issuer;
    if (events === undefined) return undefined;
    const source =
      events instanceof URL ? remoteSource(issuer.issuer, events, axiosRef, credentials) : ownSource(events);
    return new IssuerFeed({ ...shared, issuer, source, keys: eventKeys(events) });
  };
  return new RevocationFeeds(new Map(issuers.map((issuer) => [issuer.issuer, feedOf(issuer)])), maxStalenessSeconds);
}

/** The same token reads every feed, so it must not get to anybody who could use it elsewhere. */
function feedCredentials(
  issuers: readonly TrustedIssuer[],
  { clientCredentials, allowHttp = false }: ServiceAuthOptions,
): ClientCredentials | undefined {
  const addresses = issuers.flatMap(({ events }) => (events instanceof URL ? [events] : []));
  if (addresses.length === 0) return undefined;
  if (!clientCredentials)
    throw new TypeError(
      'An issuer has an eventsUrl, which takes an access token to read. Configure `clientCredentials` of ServiceAuthModule, for a client with the scope events.read; or leave eventsUrl out.',
    );
  if (new Set(addresses.map(({ origin }) => origin)).size > 1)
    throw new TypeError(
      'The eventsUrl of two issuers have different origins, but one token of `clientCredentials` would be sent to both. Keep those of one origin.',
    );
  return readClientCredentials(clientCredentials, allowHttp);
}

function remoteSource(
  issuer: string,
  address: URL,
  http: HttpService['axiosRef'],
  credentials: ClientCredentials | undefined,
): EventSource {
  if (!credentials) throw new TypeError('A feed is read with client credentials.');
  const target = readTarget({
    audience: `the security events of ${issuer}`,
    url: address.href,
    serviceScopes: [readScope],
  });
  const authority = new ServiceAuthority(http, credentials, target);
  return httpEventSource(address, {
    accessToken: () => authority.accessToken(),
    // Also where a scope is missing: the next token may carry it.
    refused: (token) => void authority.refusal(token, { status: 401, headers: {}, body: undefined }),
  });
}

function ownSource(events: IssuerEvents): EventSource {
  return { open: (position, signal) => events.open(signal, position) };
}

function eventKeys(events: URL | IssuerEvents): RemoteKeySet {
  if (!(events instanceof URL)) return new RemoteKeySet({ fetch: () => events.jwks() });
  const address = new URL(`${events.href.replace(/\/$/, '')}/jwks.json`);
  return new RemoteKeySet({ fetch: () => fetchJson(address, AbortSignal.timeout(keySetDeadlineMs)) });
}
