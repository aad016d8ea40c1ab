import type { ClientCredentialsOptions } from '@waybill/auth';
import { developmentSecret } from './development-secrets.js';
import type { Environment } from './environment.js';
import type { GuardConfig } from './guard-config.js';
import { issuerUrl, setting, text } from './settings.js';
import type { Surroundings } from './surroundings.js';

/** Client credentials as the environment gives them; where the secret is absent, it is the one for development. */
export type GivenCredentials = Omit<ClientCredentialsOptions, 'clientSecret'> & { clientSecret?: string | undefined };

const variables = ['SERVICE_TOKEN_URL', 'SERVICE_CLIENT_ID', 'SERVICE_CLIENT_SECRET'];

/**
 * Reads the `SERVICE_*` variables, with which a service gets tokens of its own. At the local auth service everything has a
 * default but production's secret; at a foreign issuer there are no credentials, unless some are given.
 */
export function readClientCredentials(
  { service, production }: Surroundings,
  { issuers }: GuardConfig,
  authIssuer: string,
  environment: Environment,
): GivenCredentials | undefined {
  if (service === 'auth') return undefined; // it gives tokens, and needs none
  const local = issuers.some(({ issuer, secret }) => issuer === authIssuer && secret === undefined);
  if (!local && !variables.some((name) => environment.isSet(name))) return undefined;
  const tokenUrl = issuerUrl('https://auth.example.com/token');
  const { serviceTokenUrl, serviceClientId } = environment.parse({
    serviceTokenUrl: local ? tokenUrl.default(`${authIssuer.replace(/\/$/, '')}/token`) : tokenUrl,
    serviceClientId: text("this service's client id", service).default(service),
  });
  const generated = local && !production && serviceClientId === service;
  const clientSecret = environment.check('SERVICE_CLIENT_SECRET', generated ? secret().optional() : secret());
  // Where the token endpoint is auth's by default, it is known whose it is, also among several issuers.
  const issuer = local && !environment.isSet('SERVICE_TOKEN_URL') ? { issuer: authIssuer } : {};
  return { tokenUrl: serviceTokenUrl, ...issuer, clientId: serviceClientId, clientSecret };
}

/** The secret with which the auth service and one of the shop's services know each other in development. */
export function developmentClientSecret(dataDir: string, client: string): string {
  return developmentSecret(dataDir, `client ${client}`);
}

/** Whatever secret an issuer gave. */
function secret() {
  return setting({
    rule: "must be the secret of this service's client, 1 to 1024 visible ASCII characters",
    remedy:
      'Set it to the one that the issuer has for SERVICE_CLIENT_ID (the auth service: in SERVICE_CLIENT_SECRETS).',
    secret: true,
    parse: (value) => (/^[\x21-\x7e]{1,1024}$/.test(value) ? value : undefined),
  });
}
