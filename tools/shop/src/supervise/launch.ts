import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A running process of a service. */
export interface Launched {
  /** Settles when the process is gone and its output is read to the end. */
  exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop, and insists after ten seconds. */
  stop(): Promise<void>;
}

const secondsToStop = 10;
const leash = pathToFileURL(join(import.meta.dirname, '../../dist/supervise/leash.js')).href;

/** Takes a process's output, line by line. */
export interface Output {
  stdout(line: string): void;
  stderr(line: string): void;
}

/**
 * Starts a program in a process group of its own, so that a terminal's Ctrl-C reaches the supervisor alone, and on a
 * leash, so that it does not outlive the supervisor.
 */
export function launch(program: string, env: NodeJS.ProcessEnv, output: Output): Launched {
  const child = spawn(process.execPath, ['--import', leash, program], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input) createInterface({ input }).on('line', (line) => output[stream](line));
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return { exited, kill, stop: () => stop(kill, exited) };
}

async function stop(kill: (signal: NodeJS.Signals) => void, exited: Promise<Exit>): Promise<void> {
  kill('SIGTERM');
  const insist = setTimeout(() => kill('SIGKILL'), secondsToStop * 1000);
  await exited;
  clearTimeout(insist);
}
