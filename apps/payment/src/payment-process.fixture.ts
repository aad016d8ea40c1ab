import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The service, as built, in a process of its own. */
export interface PaymentProcess {
  /** Resolves with the signal that ended it; null: it ended by itself. */
  ended: Promise<NodeJS.Signals | null>;
  stop(): Promise<void>;
}

/** Starts the service on a port and waits until it is ready. @throws Error where it ends instead */
export async function startPaymentProcess(port: number, environment: NodeJS.ProcessEnv): Promise<PaymentProcess> {
  const child = spawn(process.execPath, [main], { env: { ...environment, PORT: String(port) }, stdio: 'inherit' });
  const ended = once(child, 'exit').then(([, signal]) => signal);
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`payment ended with ${child.exitCode}`);
    await sleep(100);
  }
  return {
    ended,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
