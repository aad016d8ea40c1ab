import { integer, type Surroundings, serviceConfig, setting } from '@waybill/service-defaults';
import { type FaultProbability, faultProbabilities } from './gateway/sandbox-faults.js';

/** What the payment service is configured by, besides what every service is. */
const settings = ({ production }: Surroundings) => ({
  gatewayTimeoutMs: integer(1, 60_000).default(1500),
  sandboxGatewayFaults: (production ? noFaultsInProduction() : faultProbabilities()).default([]),
});

function noFaultsInProduction(): ReturnType<typeof faultProbabilities> {
  return setting<FaultProbability[]>({
    rule: 'must not be set in production',
    remedy: 'Unset it: the sandbox gateway misbehaves on purpose in development only.',
    parse: () => undefined,
  });
}

/** Reads the payment service's configuration from the environment. @throws ConfigurationError */
export function paymentConfig(environment: NodeJS.ProcessEnv = process.env) {
  return serviceConfig('payment', settings, environment);
}

/** The payment service's configuration. `gatewayTimeoutMs` is one request's to the gateway, in milliseconds. */
export type PaymentConfig = ReturnType<typeof paymentConfig>;
