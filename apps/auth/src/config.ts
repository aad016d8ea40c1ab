import {
  ConfigurationError,
  choice,
  integer,
  type Surroundings,
  serviceConfig,
  setting,
} from '@waybill/service-defaults';
import type { EncryptionKey } from './signing-keys/key-encryption.js';
import { signingAlgorithms } from './signing-keys/signing-key.js';

/** The provider token of the configuration. */
export const AUTH_CONFIG = Symbol('AUTH_CONFIG');

/** What the auth service is configured by. */
export type AuthConfig = ReturnType<typeof authConfig>;

/** Reads the environment. Throws ConfigurationError with the remedies where it cannot be used. */
export function authConfig(variables: NodeJS.ProcessEnv = process.env) {
  const config = serviceConfig('auth', ownSettings, variables);
  const { authIssuer, guard } = config;
  if (!guard.allowHttp && !isSecure(authIssuer)) {
    throw new ConfigurationError([
      `AUTH_ISSUER: must be https, or http on this machine, is "${authIssuer}". Set it to an https URL, or set ALLOW_HTTP_ISSUER=true where the network can be trusted.`,
    ]);
  }
  return config;
}

function ownSettings({ production }: Surroundings) {
  const encryptionKeys = encryptionKeyList();
  return {
    authSigningAlgorithm: choice(signingAlgorithms).default('ES256'),
    authKeyEncryptionKeys: production ? encryptionKeys : encryptionKeys.default([]),
    tokenTtlSeconds: integer(1, 900).default(900),
  };
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
