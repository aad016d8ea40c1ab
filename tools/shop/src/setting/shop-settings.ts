import { readFileSync } from 'node:fs';
import { defaultPorts, type PerService, portVariable, type ServiceName, serviceNames } from '../services.js';

/** Where the shop listens, as the environment says it. */
export interface ShopSettings {
  host: string;
  ports: PerService<number>;
}

/** The environment is wrong: one line for each mistake, each ending in its remedy. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** Reads `HOST` and each service's port (or the file that `…_PORT_FILE` names). Throws {@link SettingsError}. */
export function shopSettings(env: NodeJS.ProcessEnv): ShopSettings {
  const mistakes: string[] = [];
  const ports = { ...defaultPorts };
  for (const service of serviceNames) {
    const text = portText(service, env);
    if (text) ports[service] = Number(text);
    if (text && !isPort(text)) mistakes.push(badPort(service, text));
  }
  if (mistakes.length === 0) mistakes.push(...sharedPorts(ports));
  if (mistakes.length > 0) throw new SettingsError(mistakes.join('\n'));
  return { host: env.HOST || '127.0.0.1', ports };
}

/** The address at which this machine reaches a service that listens on `host`. */
export function localUrl(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function portText(service: ServiceName, env: NodeJS.ProcessEnv): string | undefined {
  const name = portVariable(service);
  const file = env[`${name}_FILE`];
  return file ? contents(`${name}_FILE`, file).trim() : env[name]?.trim();
}

function contents(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError(`${variable}: ${file} cannot be read. Name a file that holds the port.`, { cause: error });
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function badPort(service: ServiceName, text: string): string {
  const example = `Set it to a free port, e.g. ${defaultPorts[service]}.`;
  return `${portVariable(service)}: must be a port (1–65535), is "${text}". ${example}`;
}

function sharedPorts(ports: PerService<number>): string[] {
  return serviceNames.flatMap((service, index) => {
    const other = serviceNames.slice(0, index).find((earlier) => ports[earlier] === ports[service]);
    if (!other) return [];
    return `${portVariable(service)}: ${ports[service]} is ${portVariable(other)} too. Give each service a port of its own.`;
  });
}
