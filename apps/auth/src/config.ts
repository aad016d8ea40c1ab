import type { PrefixLengths } from '@waybill/auth';
import { serviceClients } from '@waybill/contracts';
import {
  ConfigurationError,
  choice,
  developmentClientSecret,
  integer,
  type Surroundings,
  serviceConfig,
  setting,
} from '@waybill/service-defaults';
import type { EncryptionKey } from './signing-keys/key-encryption.js';
import { signingAlgorithms } from './signing-keys/signing-key.js';
import { defaultExchanges, exchangeList, letsNobodyExchange } from './token-exchange/exchange-permission.js';
import { webhookSecretList, webhooksOf, webhookUrlList } from './webhooks/webhook.js';

/**
 * The longest that an access token may live, seconds. What is said of tokens that were issued before reckons with this and
 * not with `TOKEN_TTL_SECONDS`, which may have been larger then.
 */
export const longestTokenTtlSeconds = 900;

/** The most skew of its clock that a guard may tolerate, seconds: for so long it may still take an expired token. */
export const mostClockToleranceSeconds = 60;

/** The provider token of the configuration. */
export const AUTH_CONFIG = Symbol('AUTH_CONFIG');

/** What the auth service is configured by. */
export type AuthConfig = ReturnType<typeof authConfig>;

/** Reads the environment. Throws ConfigurationError with the remedies where it cannot be used. */
export function authConfig(variables: NodeJS.ProcessEnv = process.env) {
  const config = serviceConfig('auth', ownSettings, variables);
  const { authIssuer, guard, dataDir } = config;
  if (!guard.allowHttp && !isSecure(authIssuer)) {
    throw new ConfigurationError([
      `AUTH_ISSUER: must be https, or http on this machine, is "${authIssuer}". Set it to an https URL, or set ALLOW_HTTP_ISSUER=true where the network can be trusted.`,
    ]);
  }
  const { webhookUrls, webhookSecrets, ...rest } = config;
  return {
    ...rest,
    webhooks: webhooksOf(webhookUrls, webhookSecrets),
    serviceClientSecrets: config.serviceClientSecrets ?? developmentSecrets(dataDir),
    tokenExchange: letsNobodyExchange(variables) ? [] : config.tokenExchange,
  };
}

/** The secret of a service's own client. */
export interface ServiceClientSecret {
  clientId: string;
  secret: string;
}

function ownSettings({ production }: Surroundings) {
  const encryptionKeys = encryptionKeyList();
  const clientSecrets = serviceClientSecretList();
  return {
    authSigningAlgorithm: choice(signingAlgorithms).default('ES256'),
    authKeyEncryptionKeys: production ? encryptionKeys : encryptionKeys.default([]),
    serviceClientSecrets: production ? clientSecrets : clientSecrets.optional(),
    tokenTtlSeconds: integer(1, longestTokenTtlSeconds).default(longestTokenTtlSeconds),
    addressPrefixLengths: prefixLengths().default({ ipv4: 32, ipv6: 64 }),
    maxSecondKeys: integer(1, 100).default(5),
    keyRotationDays: integer(0, 3650).default(30),
    tokenExchange: exchangeList().default(defaultExchanges),
    webhookUrls: webhookUrlList().default([]),
    webhookSecrets: webhookSecretList().default([]),
  };
}

/** `ADDRESS_PREFIX_LENGTHS`: how many leading bits count of the address that a sign-in is bound to, of IPv4 and of IPv6. */
function prefixLengths() {
  return setting({
    rule: 'must be two prefix lengths with a comma between them, of IPv4 (8–32) and of IPv6 (16–128)',
    remedy: 'Set it to such a pair, e.g. 32,64, or unset it for the default.',
    parse: (text): PrefixLengths | undefined => {
      const [, ipv4 = Number.NaN, ipv6 = Number.NaN] = (/^(\d{1,2}),\s*(\d{2,3})$/.exec(text) ?? []).map(Number);
      return ipv4 >= 8 && ipv4 <= 32 && ipv6 >= 16 && ipv6 <= 128 ? { ipv4, ipv6 } : undefined;
    },
  });
}

function isSecure(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname);
}

/** `AUTH_KEY_ENCRYPTION_KEYS`: a list of `id:base64 of 32 bytes`; the first encrypts, all decrypt. */
function encryptionKeyList() {
  return setting({
    rule: 'must be a comma-separated list of id:key, each id once, each key 32 bytes in base64',
    remedy: 'Set it to such a list, e.g. k1:$(openssl rand -base64 32).',
    secret: true,
    parse: (list) => {
      const keys = list.split(',').map((entry) => encryptionKey(entry.trim()));
      const ids = new Set(keys.map((key) => key?.id));
      return ids.size === keys.length && keys.every((key) => key !== undefined) ? keys : undefined;
    },
  });
}

function encryptionKey(entry: string): EncryptionKey | undefined {
  const [, id, base64] = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=)$/.exec(entry) ?? [];
  return id && base64 ? { id, bytes: Buffer.from(base64, 'base64') } : undefined;
}

/** `SERVICE_CLIENT_SECRETS`: a list of `client:secret`, which names each of the services' own clients once. */
function serviceClientSecretList() {
  const names = serviceClients.map(({ name }) => name);
  return setting({
    rule: `must be a comma-separated list of client:secret, one for each of ${names.join(', ')}, with secrets of at least 32 bytes`,
    remedy: `Set it to such a list, e.g. ${names.map((name) => `${name}:$(openssl rand -hex 32)`).join(',')}.`,
    secret: true,
    parse: (list) => {
      const secrets = list.split(',').map((entry) => serviceClientSecret(entry.trim()));
      const given = secrets.map((secret) => secret?.clientId).sort();
      const complete = given.join() === names.toSorted().join();
      return complete && secrets.every((secret) => secret !== undefined) ? secrets : undefined;
    },
  });
}

function serviceClientSecret(entry: string): ServiceClientSecret | undefined {
  const [, clientId, secret] = /^([^:]+):([\x21-\x7e]{32,1024})$/.exec(entry) ?? [];
  return clientId && secret ? { clientId, secret } : undefined;
}

/** For development: a service derives the same for itself from the same data folder. */
function developmentSecrets(dataDir: string): ServiceClientSecret[] {
  return serviceClients.map(({ name }) => ({ clientId: name, secret: developmentClientSecret(dataDir, name) }));
}
