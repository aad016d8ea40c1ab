import { serviceConfig } from '@waybill/service-defaults';

/** Reads the payment service's configuration from the environment. @throws ConfigurationError */
export function paymentConfig(environment: NodeJS.ProcessEnv = process.env) {
  return serviceConfig('payment', {}, environment);
}

/** The payment service's configuration. */
export type PaymentConfig = ReturnType<typeof paymentConfig>;
