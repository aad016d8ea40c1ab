import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PerService } from '@waybill/shop';

/** A command while it runs, and what it wrote so far. */
export interface RunningCommand {
  process: ChildProcess;
  output: { stdout: string; stderr: string };
  /** Settles with the exit code once its output is read to the end; null: it died of a signal. */
  exited: Promise<number | null>;
}

const repo = join(import.meta.dirname, '../../..');

/** Starts the program behind `npm start`. */
export function npmStart(env: NodeJS.ProcessEnv): RunningCommand {
  return run('tools/shop/dist/start.js', env);
}

/** Starts a program of the repo with nothing in its environment but what is given. */
export function run(program: string, env: NodeJS.ProcessEnv, words: readonly string[] = []): RunningCommand {
  const child = spawn(process.execPath, [join(repo, program), ...words], { env: { PATH: process.env.PATH, ...env } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  return { process: child, output, exited: once(child, 'close').then(([code]) => code) };
}

/** The variables that place the shop. */
export function placed(ports: PerService<number>, dataDir: string): Record<string, string> {
  return {
    AUTH_PORT: String(ports.auth),
    ORDER_PORT: String(ports.order),
    PAYMENT_PORT: String(ports.payment),
    WAYBILL_DATA_DIR: dataDir,
  };
}

/** The processes whose environment names a data folder. Only Linux tells; elsewhere there are none. */
export function processesOn(dataDir: string): number[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => environmentOf(pid).includes(`WAYBILL_DATA_DIR=${dataDir}`)).map(Number);
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
