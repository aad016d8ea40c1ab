import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../dist/sample/main.js');

/** The sample service as a process of its own. */
export interface SampleProcess {
  child: ChildProcess;
  url: string;
  /** What it wrote so far. */
  out(): string;
  err(): string;
  /** Its exit code and the signal that ended it. */
  ended: Promise<unknown[]>;
}

/** Starts the sample service, with nothing in its environment but what is given and a free port. */
export async function startSample(variables: NodeJS.ProcessEnv): Promise<SampleProcess> {
  const port = variables.ORDER_PORT ?? String(await freePort());
  const env = { PATH: process.env.PATH, ORDER_PORT: port, ...variables };
  const child = spawn(process.execPath, [main], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { child, url: `http://127.0.0.1:${port}`, out: () => out, err: () => err, ended: once(child, 'close') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
