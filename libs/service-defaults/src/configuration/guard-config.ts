import { type Algorithm, type IssuerOptions, publicKeyAlgorithms, type ServiceAuthOptions } from '@waybill/auth';
import type { Environment, SettingValues } from './environment.js';
import { flag, integer, issuerUrl, list, type Setting, secret, setting, text } from './settings.js';
import type { Surroundings } from './surroundings.js';
import { type TokenIssuer, tokenIssuerList } from './token-issuers.js';

/** Whom the guard of a service trusts, as options for `ServiceAuthModule`. */
export type GuardConfig = Required<
  Pick<ServiceAuthOptions, 'issuers' | 'clockToleranceSeconds' | 'allowHttp' | 'maxRevocationStalenessSeconds'>
>;

/** Reads the `TOKEN_*` variables and the feed's; unset, the guard trusts the local auth service, and follows its feed. */
export function readGuardConfig({ service }: Surroundings, authIssuer: string, environment: Environment): GuardConfig {
  environment.refuseTogether('TOKEN_ISSUERS', [
    'TOKEN_ISSUER',
    'TOKEN_JWKS_URI',
    'TOKEN_SECRET',
    'SECURITY_EVENTS_URL',
  ]);
  environment.refuseTogether('TOKEN_SECRET', ['TOKEN_JWKS_URI']);
  const tokenSecret = environment.check('TOKEN_SECRET', secret(32).optional());
  const algorithms = tokenSecret === undefined ? publicKeyAlgorithmList() : sharedSecretAlgorithm();
  const settings = environment.parse(tokenSettings(`${service}.service`, authIssuer, algorithms));
  const { tokenIssuers, clockToleranceSeconds, allowHttpIssuer: allowHttp } = settings;
  const issuers = tokenIssuers?.map((issuer) => oneOfSeveral(issuer, settings)) ?? [theOnly(settings, tokenSecret)];
  const followed = service === 'auth' ? issuers : withLocalFeed(issuers, authIssuer, environment);
  const maxRevocationStalenessSeconds = settings.revocationMaxStalenessSeconds;
  return { issuers: followed, clockToleranceSeconds, allowHttp, maxRevocationStalenessSeconds };
}

/** The local auth service has a feed, wherever it is not said otherwise; auth itself needs no address to follow its own. */
function withLocalFeed(
  issuers: readonly IssuerOptions[],
  authIssuer: string,
  environment: Environment,
): readonly IssuerOptions[] {
  if (environment.isEmpty('SECURITY_EVENTS_URL')) return issuers;
  const eventsUrl = `${authIssuer.replace(/\/$/, '')}/security-events`;
  return issuers.map((issuer) =>
    issuer.issuer === authIssuer && issuer.secret === undefined ? { eventsUrl, ...issuer } : issuer,
  );
}

function tokenSettings(audience: string, authIssuer: string, algorithms: Setting<Algorithm[]>) {
  return {
    tokenIssuer: issuerUrl('https://auth.example.com').default(authIssuer),
    tokenJwksUri: issuerUrl('https://auth.example.com/.well-known/jwks.json').optional(),
    tokenIssuers: tokenIssuerList().optional(),
    tokenAudience: text("this service's identifier", audience).default(audience),
    tokenAlgorithms: algorithms.optional(),
    tokenMaxLifetimeSeconds: integer(1, 86_400).default(900),
    securityEventsUrl: issuerUrl('https://auth.example.com/security-events').optional(),
    revocationMaxStalenessSeconds: integer(1, 300).default(5),
    clockToleranceSeconds: integer(0, 60).default(10),
    allowHttpIssuer: flag().default(false),
  };
}

function publicKeyAlgorithmList(): Setting<Algorithm[]> {
  const known = `algorithms of ${publicKeyAlgorithms.join(' ')} (HS256 goes with TOKEN_SECRET only)`;
  return list(known, 'ES256,RS256', (part) => publicKeyAlgorithms.find((algorithm) => algorithm === part));
}

function sharedSecretAlgorithm(): Setting<Algorithm[]> {
  return setting({
    rule: 'must be HS256 beside TOKEN_SECRET',
    remedy: 'Unset one of them.',
    parse: (algorithm) => (algorithm === 'HS256' ? [algorithm] : undefined),
  });
}

type TokenSettings = SettingValues<ReturnType<typeof tokenSettings>>;

function theOnly(token: TokenSettings, tokenSecret: string | undefined): IssuerOptions {
  return {
    issuer: token.tokenIssuer,
    audience: token.tokenAudience,
    ...(token.tokenJwksUri && { jwksUri: token.tokenJwksUri }),
    ...(token.securityEventsUrl && { eventsUrl: token.securityEventsUrl }),
    ...(tokenSecret && { secret: tokenSecret }),
    ...(token.tokenAlgorithms && { algorithms: token.tokenAlgorithms }),
    maxLifetimeSeconds: token.tokenMaxLifetimeSeconds,
  };
}

/** What an issuer does not say itself holds as for a single one. */
function oneOfSeveral(issuer: TokenIssuer, token: TokenSettings): IssuerOptions {
  const { tokenAudience: audience, tokenAlgorithms: algorithms, tokenMaxLifetimeSeconds: maxLifetimeSeconds } = token;
  const given = Object.fromEntries(Object.entries(issuer).filter(([, value]) => value !== undefined));
  return { issuer: issuer.issuer, audience, ...(algorithms && { algorithms }), maxLifetimeSeconds, ...given };
}
