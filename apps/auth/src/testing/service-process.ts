import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '@waybill/database/testing';
import { freePort, type RunningAuth } from './auth-service.js';

const readyWithinMs = 60_000;

/** Another service of the shop, as built, in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a service that trusts this auth and shares its development secrets, and waits until it is ready. @throws Error where it ends instead */
export async function startServiceProcess(
  service: 'order' | 'payment',
  auth: RunningAuth,
  database: TestDatabase,
  variables: NodeJS.ProcessEnv = {},
): Promise<ServiceProcess> {
  const port = await freePort();
  const main = fileURLToPath(new URL(`../../../${service}/dist/main.js`, import.meta.url));
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    AUTH_ISSUER: auth.url,
    DATABASE_URL: database.url ?? '',
    LOG_LEVEL: 'silent',
    ...variables,
  };
  const child = spawn(process.execPath, [main], { env, stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  for (const begun = performance.now(); !(await isReady(url)); await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`${service} ended with ${child.exitCode}`);
    if (performance.now() - begun < readyWithinMs) continue;
    await stop();
    throw new Error(`${service} was not ready within ${readyWithinMs} ms`);
  }
  return { url, stop };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
