import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { type PerService, portVariable, serviceNames } from '../services.js';
import { SettingsError, type ShopSettings } from './shop-settings.js';

/** Three ports of the loopback interface that nobody listens on. */
export async function freePorts(): Promise<PerService<number>> {
  const ports = new Set<number>();
  while (ports.size < 3) ports.add(await freePort());
  const [auth = 0, order = 0, payment = 0] = ports;
  return { auth, order, payment };
}

/** A port of the loopback interface below the range from which systems give ports to connections, so that none takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return listenBriefly('127.0.0.1', port).then(
    () => true,
    () => false,
  );
}

/**
 * Looks whether each port can be had before anything is started: a stranger on a port would otherwise answer for the
 * service. Throws {@link SettingsError}.
 */
export async function requireFreePorts({ host, ports }: ShopSettings): Promise<void> {
  const mistakes = await Promise.all(
    serviceNames.map((service) =>
      listenBriefly(host, ports[service]).then(
        () => [],
        (error: NodeJS.ErrnoException) => [`${portVariable(service)}: ${explain(error, host, ports[service])}`],
      ),
    ),
  );
  if (mistakes.flat().length > 0) throw new SettingsError(mistakes.flat().join('\n'));
}

function listenBriefly(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function explain({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken. Stop what listens there or choose a free port.`;
  if (code === 'EACCES') return `port ${port} needs privileges. Choose a port above 1023.`;
  if (code === 'EADDRNOTAVAIL')
    return `this machine has no address ${host}. Set HOST to one of its own, e.g. 127.0.0.1.`;
  return `cannot listen on ${host}:${port} (${message}). Set HOST and the port to what this machine offers.`;
}
