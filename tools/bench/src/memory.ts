import { setImmediate } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTestIssuer } from '@waybill/auth/testing';
import { audience, benchIssuer, scope, startCandidate } from './candidate.js';
import { guards } from './candidates.js';
import { clientKeys } from './proofs.js';

/**
 * Prints the memory of a guarded service while it is shown distinct tokens, each genuine and each once: it must stop
 * growing when the memory for verified tokens is full. Run with `--expose-gc`.
 */
export async function measureMemory(distinctTokens: number): Promise<void> {
  const issuer = await createTestIssuer();
  const app = (await startCandidate(guards.remembering, benchIssuer(issuer, clientKeys))) as NestFastifyApplication;
  const show = async () => {
    const authorization = `Bearer ${issuer.token({ audience, scopes: [scope] })}`;
    const { statusCode } = await app.inject({ url: '/orders', headers: { authorization } });
    if (statusCode !== 200) throw new Error(`the service answered ${statusCode}`);
    await setImmediate(); // as a socket would: what a request leaves behind is freed between turns of the event loop
  };
  console.log('Memory of a service that remembers 10,000 verified tokens, after a full collection:');
  let shown = 0;
  for (const checkpoint of checkpoints(distinctTokens)) {
    for (; shown < checkpoint; shown += 1) await show();
    report(shown);
  }
  await app.close();
  await issuer.close();
}

/** 1,000 to warm up, then each power of ten and its half, and the last. */
function checkpoints(last: number): number[] {
  return [1000, 5000, 10_000, 50_000, 100_000, 200_000, 500_000, 1_000_000].filter((each) => each < last).concat(last);
}

function report(tokens: number): void {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1).padStart(7)} MiB`;
  console.log(
    `${tokens.toLocaleString('en').padStart(10)} tokens   heap ${mebibytes(heapUsed)}   external ${mebibytes(external)}   resident ${mebibytes(rss)}`,
  );
}
