import { randomUUID } from 'node:crypto';
import { LiveRevocations, type Revocation } from '@waybill/auth';

const lifetimeSeconds = 960;
const questions = 1_000_000;
const rounds = 5;

/** One kind of revocation, as an issuer's feed would tell it. */
const kinds = {
  tokens: (id: string): Revocation => ({ kind: 'token', tokenId: id, lifetimeSeconds }),
  sessions: (id: string): Revocation => ({ kind: 'session', sessionId: id, lifetimeSeconds }),
  'withdrawn scopes': (id: string): Revocation => ({
    kind: 'scopes',
    sessionId: id,
    scopes: ['order.write'],
    lifetimeSeconds,
  }),
} as const;

/**
 * Prints what so many live revocations of each kind take on the heap, what a question costs beside one that is asked of
 * none, and how long the longest step of forgetting takes where all of them end together. Run with `--expose-gc`.
 */
export function measureRevocations(count: number): void {
  console.log(`${count.toLocaleString('en')} live revocations; a question is asked of a token that is good:`);
  const none = cost(new LiveRevocations());
  for (const [name, revocation] of Object.entries(kinds)) {
    const clock = { now: 0 };
    const before = heapBytes();
    const live = fill(new LiveRevocations(() => clock.now), count, revocation);
    const bytes = heapBytes() - before;
    const nanoseconds = cost(live);
    const pauseMs = forget(live, clock);
    console.log(
      `${name.padEnd(18)} ${(bytes / 1e6).toFixed(0).padStart(4)} MB (${(bytes / count).toFixed(0)} bytes each)` +
        `   a question ${(nanoseconds / none).toFixed(1)} × that of none (${nanoseconds.toFixed(0)} ns here)` +
        `   longest step of forgetting ${pauseMs.toFixed(0)} ms here`,
    );
  }
}

/** In pages, as a snapshot brings them, so that the strings are those that a parser makes. */
function fill(live: LiveRevocations, count: number, revocation: (id: string) => Revocation): LiveRevocations {
  for (let added = 0; added < count; added += 1000) {
    const page = JSON.stringify(Array.from({ length: Math.min(1000, count - added) }, () => randomUUID()));
    for (const id of JSON.parse(page) as string[]) live.add(revocation(id));
  }
  return live;
}

/** CPU nanoseconds of one question, the median of some rounds; each caller is another, with strings that were never looked up. */
function cost(live: LiveRevocations): number {
  const measured = Array.from({ length: rounds }, () => {
    const ids = JSON.parse(JSON.stringify(Array.from({ length: 2 * questions }, () => randomUUID()))) as string[];
    const scopes = new Set(['order.read', 'order.write', 'payment.create']);
    let refused = 0;
    const begun = process.cpuUsage();
    for (let n = 0; n < questions; n += 1)
      if (live.takenBack({ tokenId: ids[2 * n] as string, sessionId: ids[2 * n + 1] as string, scopes })) refused += 1;
    const microseconds = process.cpuUsage(begun).user;
    if (refused > 0) throw new Error(`${refused} good tokens were refused`);
    return (microseconds * 1000) / questions;
  });
  return measured.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
}

/** The longest step, CPU milliseconds. */
function forget(live: LiveRevocations, clock: { now: number }): number {
  clock.now += (lifetimeSeconds + 10) * 1000;
  let longest = 0;
  while (Object.values(live.counts()).some((left) => left > 0)) {
    const begun = process.cpuUsage();
    live.prune();
    longest = Math.max(longest, process.cpuUsage(begun).user / 1000);
  }
  return longest;
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
