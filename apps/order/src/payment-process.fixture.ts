import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../payment/dist/main.js', import.meta.url));

/** The real payment service in a process of its own. */
export interface PaymentProcess {
  url: string;
  stop(): Promise<void>;
}

/** Starts it, as built, and waits until it is ready. @throws Error with what it said where it ends instead */
export async function startPaymentProcess(environment: NodeJS.ProcessEnv): Promise<PaymentProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [main], { env: { ...environment, PORT: String(port) }, stdio: 'pipe' });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`payment ended with ${child.exitCode}: ${said.join('')}`);
    await sleep(100);
  }
  return { url, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
