import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address that nobody may ask: hostile tokens name it as the place of their key. */
export interface Trap {
  readonly url: string;
  /** How many connections it got. */
  readonly visits: number;
  close(): Promise<void>;
}

/** Sets the trap on a free port. */
export async function setTrap(host = '127.0.0.1'): Promise<Trap> {
  let visits = 0;
  const server = createServer((_, response) => response.end('{}')).on('connection', () => {
    visits += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    get visits() {
      return visits;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
