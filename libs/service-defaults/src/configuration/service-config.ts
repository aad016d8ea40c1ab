import type { ClientCredentialsOptions, ServiceAuthOptions, SignatureKey } from '@waybill/auth';
import { developmentClientSecret, type GivenCredentials, readClientCredentials } from './client-credentials.js';
import { Environment, type Settings, type SettingValues } from './environment.js';
import { type GuardConfig, readGuardConfig } from './guard-config.js';
import { addressRange, choice, flag, httpUrlList, integer, issuerUrl, list, secret, text, url } from './settings.js';
import { developmentSignatureKeys, signatureKeyList } from './signature-keys.js';
import { readSurroundings, type ServiceName, type Surroundings } from './surroundings.js';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The least severe level that is logged. */
export type LogLevel = (typeof logLevels)[number];

/** What every service is configured by; DESIGN §4 lists the variables. */
export interface ServiceConfig extends Surroundings {
  host: string;
  /** PostgreSQL; absent: the embedded database. */
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** Addresses and ranges whose forwarded headers count. */
  trustedProxies: string[];
  /** What clients call this service, in each way; no slash at the end. */
  publicUrls: string[];
  /** What DPoP nonces are made with; absent: none are demanded. */
  dpopNonceSecret?: string | undefined;
  logLevel: LogLevel;
  /** How many requests are worked on at once; further ones are answered 503 at once. */
  maxConcurrentRequests: number;
  /** How long connections are still accepted once a shutdown has begun, in milliseconds: until a load balancer knows. */
  shutdownGraceMs: number;
  demoAccounts: boolean;
  /** The `iss` of the auth service's own tokens. */
  authIssuer: string;
  /** Whom the guard trusts: options for `ServiceAuthModule`. */
  guard: GuardConfig & Pick<ServiceAuthOptions, 'trustedProxies'>;
  /** Request-signing keys. The auth service has none: it neither signs requests nor checks signatures. */
  signatureKeys: SignatureKey[];
  /** With what this service gets tokens of its own; absent at auth, and where a foreign issuer gave it none. */
  clientCredentials?: ClientCredentialsOptions | undefined;
}

/**
 * Reads the environment once. `own` adds an app's settings by property name (`paymentUrl` is read from `PAYMENT_URL`),
 * and may depend on where the service runs.
 *
 * @throws ConfigurationError with one line per wrong variable, all of them at once.
 * @example serviceConfig('order', { paymentTimeoutMs: integer(1, 60_000).default(2000) })
 */
export function serviceConfig<Own extends Settings = Record<never, never>>(
  service: ServiceName,
  own: Own | ((surroundings: Surroundings) => Own) = {} as Own,
  variables: NodeJS.ProcessEnv = process.env,
): ServiceConfig & SettingValues<Own> {
  const environment = new Environment(variables);
  const surroundings = readSurroundings(service, environment);
  const {
    waybillDemoAccounts: demoAccounts,
    publicUrl: publicUrls,
    ...shared
  } = environment.parse(sharedSettings(surroundings));
  const guard = readGuardConfig(surroundings, shared.authIssuer, environment);
  const credentials = readClientCredentials(surroundings, guard, shared.authIssuer, environment);
  if (service !== 'auth') refuseUnreadableFeed(guard, credentials, environment);
  const databaseUrl = readDatabaseUrl(surroundings, environment);
  const signatureKeys = readSignatureKeys(surroundings, environment);
  const ownValues = environment.parse(typeof own === 'function' ? own(surroundings) : own);
  environment.refuseWrong();
  return {
    ...surroundings,
    ...shared,
    demoAccounts,
    publicUrls: publicUrls ?? ownAddresses(shared.host, surroundings.port),
    guard: { ...guard, trustedProxies: shared.trustedProxies },
    databaseUrl,
    signatureKeys: signatureKeys ?? developmentSignatureKeys(surroundings.dataDir),
    clientCredentials: credentials && withSecret(credentials, surroundings.dataDir),
    ...ownValues,
  };
}

/** The URL of a service that listens here. */
export function httpAddress(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What a service is called unless it is told: where it listens and, on this machine, by each name of the loopback interface. */
function ownAddresses(host: string, port: number): string[] {
  const everywhere = ['0.0.0.0', '::'].includes(host);
  const loopback = everywhere || /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host);
  const hosts = [...(everywhere ? ['127.0.0.1', '::1'] : [host]), ...(loopback ? ['localhost'] : [])];
  return [...new Set(hosts)].map((name) => httpAddress(name, port));
}

function sharedSettings({ service, production, ports }: Surroundings) {
  return {
    host: text('a host name or an address', '127.0.0.1').default('127.0.0.1'),
    redisUrl: url(['redis', 'rediss'], 'redis://127.0.0.1:6379').optional(),
    trustedProxies: list('addresses or ranges', '10.0.0.0/8', addressRange).default([]),
    publicUrl: httpUrlList(`https://${service}.example.com`).optional(),
    dpopNonceSecret: secret(32).optional(),
    logLevel: choice(logLevels).default('info'),
    maxConcurrentRequests: integer(1, 100_000).default(256),
    shutdownGraceMs: integer(0, 5_000).default(0),
    waybillDemoAccounts: flag().default(!production),
    authIssuer: issuerUrl('https://auth.example.com').default(`http://127.0.0.1:${ports.auth}`),
  };
}

/** In production the embedded database has to be asked for by name. */
function readDatabaseUrl({ service, production }: Surroundings, environment: Environment): string | undefined {
  const { allowEmbeddedDatabase } = environment.parse({ allowEmbeddedDatabase: flag().default(!production) });
  const names = [`${service.toUpperCase()}_DATABASE_URL`, 'DATABASE_URL'];
  const embedded = production ? ' In production the embedded database needs ALLOW_EMBEDDED_DATABASE=true.' : '';
  const postgresUrl = url(['postgres', 'postgresql'], `postgres://user:password@db.example.com/${service}`, embedded);
  return environment.check(names, allowEmbeddedDatabase ? postgresUrl.optional() : postgresUrl);
}

/** In production the keys have to be given; for development they are generated. */
function readSignatureKeys({ service, production }: Surroundings, environment: Environment) {
  if (service === 'auth') return [];
  return environment.check('SIGNATURE_KEYS', production ? signatureKeyList() : signatureKeyList().optional());
}

/** A feed of a foreign issuer is read with credentials that the issuer gave. */
function refuseUnreadableFeed(
  { issuers }: GuardConfig,
  credentials: GivenCredentials | undefined,
  environment: Environment,
): void {
  if (credentials || !issuers.some(({ eventsUrl }) => eventsUrl)) return;
  const name = environment.isSet('TOKEN_ISSUERS') ? 'TOKEN_ISSUERS' : 'SECURITY_EVENTS_URL';
  environment.refuse(
    name,
    'names a feed that is read with an access token, but there are no client credentials. Set SERVICE_TOKEN_URL, SERVICE_CLIENT_ID and SERVICE_CLIENT_SECRET to those of a client with the scope events.read, or leave the feed out.',
  );
}

function withSecret({ clientSecret, ...client }: GivenCredentials, dataDir: string): ClientCredentialsOptions {
  return { ...client, clientSecret: clientSecret ?? developmentClientSecret(dataDir, client.clientId) };
}
