import { join } from 'node:path';

/** The services of the shop. */
export type ServiceName = 'auth' | 'order' | 'payment';

/** One value per service. */
export type PerService<Value> = Record<ServiceName, Value>;

/** The services in the order in which they are listed. */
export const serviceNames: readonly ServiceName[] = ['auth', 'order', 'payment'];

/** Where each service listens unless its port is configured. */
export const defaultPorts: PerService<number> = { auth: 3000, order: 3001, payment: 3002 };

/** The environment variable that holds a service's port. */
export function portVariable(service: ServiceName): string {
  return `${service.toUpperCase()}_PORT`;
}

/** The program that is a service. */
export function entryPoint(service: ServiceName): string {
  return join(import.meta.dirname, '../../../apps', service, 'dist/main.js');
}
