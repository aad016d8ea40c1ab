import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { entryPoint, type PerService, portVariable, type ServiceName, serviceNames } from './services.js';
import { localUrl, requireFreePorts, SettingsError } from './setting/index.js';
import { type Observer, SupervisedService } from './supervise/index.js';

/** What V8 has compiled stays here (Node's `NODE_COMPILE_CACHE`), so that a service that died is back sooner. */
const compileCache = join(import.meta.dirname, '../../../node_modules/.cache/waybill-compiled');

/** How to start the shop. */
export interface ShopOptions {
  /** What the services inherit. */
  env: NodeJS.ProcessEnv;
  ports: PerService<number>;
  /** Where the embedded databases and development keys are; `WAYBILL_DATA_DIR` of `env` if absent. */
  dataDir?: string;
  observer: Observer;
}

/** The shop while it runs. */
export interface Shop {
  urls: PerService<string>;
  /** Sends a signal (SIGKILL unless told otherwise) to a service, which is started again. */
  kill(service: ServiceName, signal?: NodeJS.Signals): void;
  /** Stops all services; resolves when no process is left. */
  stop(): Promise<void>;
  /** Resolves after {@link stop}; rejects with a `ServiceFailure` when a service cannot be kept running, and
   * then the others are stopped too. */
  ended: Promise<void>;
}

/**
 * Starts the three services as processes of their own and resolves when all are ready. Throws `SettingsError` for a port
 * that cannot be had and `ServiceFailure` for a service that cannot be started; then nothing is left running. A `signal`
 * stops the shop, also while it starts.
 */
export async function startShop(options: ShopOptions, signal?: AbortSignal): Promise<Shop> {
  const host = options.env.HOST || '127.0.0.1';
  requireBuilt();
  await requireFreePorts({ host, ports: options.ports });
  const urls = perService((service) => localUrl(host, options.ports[service]));
  const env = environment(options);
  const supervise = (name: ServiceName, after?: Promise<void>) =>
    new SupervisedService({ name, file: entryPoint(name), url: urls[name], env, after }, options.observer);
  const auth = supervise('auth');
  const services = { auth, order: supervise('order', auth.ready), payment: supervise('payment', auth.ready) };
  const all = Object.values(services);
  const stop = async () => void (await Promise.all(all.map((service) => service.stop())));
  const ended = Promise.all(all.map((service) => service.ended)).then(() => undefined, stopAndThrow(stop));
  signal?.addEventListener('abort', () => void stop(), { once: true });
  await Promise.race([Promise.all(all.map((service) => service.ready)), ended]);
  return { urls, ended, stop, kill: (service, by = 'SIGKILL') => services[service].kill(by) };
}

/** One service that cannot be kept running ends the others. */
function stopAndThrow(stop: () => Promise<void>): (failure: unknown) => Promise<never> {
  return async (failure) => {
    await stop();
    throw failure;
  };
}

function requireBuilt(): void {
  const missing = serviceNames.map(entryPoint).filter((file) => !existsSync(file));
  if (missing.length > 0) throw new SettingsError(`${missing.join(', ')}: not built yet. Run npm run build.`);
}

/** The ports of all services for each of them; `PORT`, which would give all three the same one, for none. */
function environment({ env, ports, dataDir }: ShopOptions): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = {
    NODE_COMPILE_CACHE: compileCache,
    ...env,
    ...(dataDir && { WAYBILL_DATA_DIR: dataDir }),
  };
  delete own.PORT;
  for (const service of serviceNames) {
    own[portVariable(service)] = String(ports[service]);
    delete own[`${portVariable(service)}_FILE`];
  }
  return own;
}

function perService<Value>(make: (service: ServiceName) => Value): PerService<Value> {
  return { auth: make('auth'), order: make('order'), payment: make('payment') };
}
