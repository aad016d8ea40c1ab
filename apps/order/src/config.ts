import { choice, httpUrl, integer, type Surroundings, serviceConfig } from '@waybill/service-defaults';

/** The provider token of the configuration. */
export const ORDER_CONFIG = Symbol('ORDER_CONFIG');

/** What the order service is configured by, besides what every service is. */
const settings = ({ ports }: Surroundings) => ({
  paymentUrl: httpUrl('http://payment.internal:3002').default(`http://127.0.0.1:${ports.payment}`),
  paymentTimeoutMs: integer(1, 60_000).default(2000),
  paymentAuthority: choice(['relay', 'exchange']).default('relay'),
});

/** Reads the order service's configuration from the environment. @throws ConfigurationError */
export function orderConfig(environment: NodeJS.ProcessEnv = process.env) {
  return serviceConfig('order', settings, environment);
}

/**
 * The order service's configuration. `paymentTimeoutMs` is the whole call's, all attempts together, in milliseconds;
 * `paymentAuthority` is whether the caller's token goes on to payment, or one that it is exchanged for.
 */
export type OrderConfig = ReturnType<typeof orderConfig>;
