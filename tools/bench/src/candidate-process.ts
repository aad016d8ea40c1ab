import { type BenchIssuer, startCandidate } from './candidate.js';
import { type CandidateName, candidates } from './contest.js';

/** Runs one candidate as a process of its own: told what to run, it says where it listens; asked for its CPU time, it says it. */
process.once('message', async ({ candidate, issuer }: { candidate: CandidateName; issuer: BenchIssuer }) => {
  const app = await startCandidate(candidates[candidate], issuer);
  process.on('message', () => process.send?.({ cpuMicroseconds: cpuMicroseconds() }));
  process.send?.({ url: await app.getUrl() });
});

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
