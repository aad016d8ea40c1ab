import type { ReplayStore } from './replay-store.js';

const capacity = 1_000_000;

/** A replay store in this process's memory, for a single replica. Full of live keys it throws rather than forget one. */
export function memoryReplayStore(now: () => number = () => performance.now()): ReplayStore {
  const expiries = new Map<string, number>();
  const sweep = () => {
    for (const [key, expiry] of expiries) {
      if (expiry > now()) break; // insertion order is expiry order as long as one lifetime is used
      expiries.delete(key);
    }
  };
  return {
    forgetsOnRestart: true,
    async record(key, ttlSeconds) {
      sweep();
      const expiry = expiries.get(key);
      if (expiry !== undefined && expiry > now()) return false;
      if (expiries.size >= capacity) throw new Error(`the replay store holds ${capacity} live keys and takes no more`);
      expiries.delete(key);
      expiries.set(key, now() + ttlSeconds * 1000);
      return true;
    },
  };
}
