import { spawn } from 'node:child_process';

/** How a program is run. */
export interface ProgramOptions {
  env?: Record<string, string>;
  /** Ends the program early. */
  signal?: AbortSignal;
}

/** Runs a program to its end, also when it is ended early, and gives its standard output. Rejects if it fails. */
export function run(program: string, args: readonly string[], { env, signal }: ProgramOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    let failure: NodeJS.ErrnoException | undefined;
    child.on('error', (error) => {
      failure = error;
    });
    child.on('close', (code) => {
      if (!failure && code === 0) resolve(output.stdout);
      else reject(new Error(failure ? explain(program, failure) : lastLines(output.stderr || output.stdout)));
    });
  });
}

function explain(program: string, { code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOENT' ? `${program} is not installed.` : `${program}: ${message}`;
}

/** What a program says in the end; never its arguments, among which a token may be. */
function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-40).join('\n');
}
