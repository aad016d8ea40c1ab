import type { TokenUse, UsedTokens } from './used-tokens.js';

const capacity = 1_000_000;

/** A record of used tokens in this process's memory, for a single replica. Full of live tokens it throws rather than forget one. */
export function memoryUsedTokens(now: () => number = () => Date.now() / 1000): UsedTokens {
  const records = new Map<string, Pick<TokenUse, 'until' | 'purpose'>>();
  const sweep = () => {
    for (const [key, { until }] of records) {
      if (until > now()) break; // one that lives longer holds up those behind it, at most until it is gone itself
      records.delete(key);
    }
  };
  return {
    forgetsOnRestart: true,
    async use({ issuer, tokenId, until, purpose }) {
      sweep();
      const key = JSON.stringify([issuer, tokenId]);
      const known = records.get(key);
      if (known) return purpose !== undefined && purpose === known.purpose ? 'repeat' : 'used';
      if (records.size >= capacity) throw new Error(`the record holds ${capacity} used tokens and takes no more`);
      records.set(key, { until, ...(purpose !== undefined && { purpose }) });
      return 'first';
    },
  };
}
