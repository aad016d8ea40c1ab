import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How to run a program to its end. */
export interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  /** What it reads from standard input. */
  input?: string;
  /** As whom it runs. */
  user?: { uid: number; gid: number } | undefined;
  /** Where it runs. */
  folder?: string;
  /** Ends it. */
  signal?: AbortSignal;
}

/** Runs a program to its end and gives what it wrote. Rejects with its complaint where it fails. */
export async function runProgram(
  file: string,
  args: readonly string[],
  { env, input = '', user, folder, signal }: ProgramOptions = {},
): Promise<string> {
  const child = spawn(file, args, {
    env,
    cwd: folder,
    ...user,
    signal,
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.on('error', () => {}); // it has ended without reading; its exit code tells
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  const [out, complaint] = await said;
  if (code !== 0) throw new Error(`${file} ${args[0] ?? ''} failed (${code}): ${complaint.trim() || out.trim()}`);
  return out.trim();
}
