import { type ServiceAuthOptions, supportedAlgorithms } from '@waybill/auth';
import type { Environment } from './environment.js';
import { flag, integer, issuerUrl, list, text } from './settings.js';
import type { Surroundings } from './surroundings.js';

const algorithmList = list(`algorithms (of ${supportedAlgorithms.join(' ')})`, 'ES256,RS256', (part) =>
  supportedAlgorithms.find((algorithm) => algorithm === part),
);

/** Whom the guard of a service trusts, as options for `ServiceAuthModule`. */
export type GuardConfig = Required<Pick<ServiceAuthOptions, 'issuers' | 'clockToleranceSeconds' | 'allowHttp'>>;

/** Reads the `TOKEN_*` variables; unset, the guard trusts the local auth service. */
export function readGuardConfig({ service }: Surroundings, authIssuer: string, environment: Environment): GuardConfig {
  const audience = `${service}.service`;
  const {
    clockToleranceSeconds,
    allowHttpIssuer: allowHttp,
    ...token
  } = environment.parse({
    tokenIssuer: issuerUrl('https://auth.example.com').default(authIssuer),
    tokenJwksUri: issuerUrl('https://auth.example.com/.well-known/jwks.json').optional(),
    tokenAudience: text("this service's identifier", audience).default(audience),
    tokenAlgorithms: algorithmList.default(['ES256', 'RS256', 'PS256']),
    tokenMaxLifetimeSeconds: integer(1, 86_400).default(900),
    clockToleranceSeconds: integer(0, 60).default(10),
    allowHttpIssuer: flag().default(false),
  });
  const issuer = {
    issuer: token.tokenIssuer,
    audience: token.tokenAudience,
    ...(token.tokenJwksUri && { jwksUri: token.tokenJwksUri }),
    algorithms: token.tokenAlgorithms,
    maxLifetimeSeconds: token.tokenMaxLifetimeSeconds,
  };
  return { issuers: [issuer], clockToleranceSeconds, allowHttp };
}
