import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchIssuer } from './candidate.js';
import type { CandidateName } from './contest.js';

/** A candidate in its own process. */
export interface RunningCandidate {
  readonly url: string;
  /** CPU time that the process has used so far, user and system, microseconds. */
  cpuMicroseconds(): Promise<number>;
  stop(): void;
}

/**
 * Starts a candidate in a process of its own, so that its CPU time is the server's alone.
 * @throws Error where the process ends before it is stopped
 */
export async function runCandidate(candidate: CandidateName, issuer: BenchIssuer): Promise<RunningCandidate> {
  const child = fork(fileURLToPath(new URL('./candidate-process.js', import.meta.url)), { stdio: 'inherit' });
  const lost = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the process of ${candidate} ended with ${code}`)));
  });
  const ask = async (question: object) => {
    child.send(question);
    const [answer] = await Promise.race([once(child, 'message'), lost]);
    return answer;
  };
  const { url } = await ask({ candidate, issuer });
  return {
    url,
    cpuMicroseconds: async () => (await ask({ report: 'cpu' })).cpuMicroseconds,
    stop: () => void child.removeAllListeners('exit').kill(),
  };
}
