import { resolve } from 'node:path';
import type { Environment } from './environment.js';
import { choice, port, text } from './settings.js';

const defaultPorts = { auth: 3000, order: 3001, payment: 3002 } as const;

/** The services of the shop. */
export type ServiceName = keyof typeof defaultPorts;

/** Where a service runs: what its other settings may depend on. */
export interface Surroundings {
  service: ServiceName;
  /** `NODE_ENV=production`: demo accounts, generated secrets and the embedded database only if asked for by name. */
  production: boolean;
  port: number;
  /** Where the services of one machine listen. */
  ports: Readonly<Record<ServiceName, number>>;
  /** Absolute path of the folder for embedded databases and development keys. */
  dataDir: string;
}

/** Reads what the other settings may depend on; a wrong variable is reported and stands at its default meanwhile. */
export function readSurroundings(service: ServiceName, environment: Environment): Surroundings {
  const { nodeEnv, waybillDataDir } = environment.parse({
    nodeEnv: choice(['production', 'development', 'test']).default('development'),
    waybillDataDir: text('the path of a folder', '.data').default('.data'),
  });
  const portOf = (name: ServiceName) => readPort(name, name === service, environment);
  const ports = { auth: portOf('auth'), order: portOf('order'), payment: portOf('payment') };
  return {
    service,
    production: nodeEnv === 'production',
    port: ports[service],
    ports,
    dataDir: resolve(waybillDataDir ?? '.data'),
  };
}

/** A service alone also takes `PORT`. */
function readPort(name: ServiceName, itself: boolean, environment: Environment): number {
  const variable = `${name.toUpperCase()}_PORT`;
  const standard = defaultPorts[name];
  return environment.check(itself ? ['PORT', variable] : variable, port(standard).default(standard)) ?? standard;
}
