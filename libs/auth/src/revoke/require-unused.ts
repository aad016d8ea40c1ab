import { TokenInvalid, VerdictUnavailable } from '../refuse/index.js';
import type { Caller } from '../verify/index.js';
import type { TokenUse, UsedTokens } from './used-tokens.js';

/** How long a token may be accepted after its `exp`, seconds: the most clock tolerance that a guard may have. */
const mostToleranceSeconds = 60;

/** When this process started, milliseconds since the epoch. */
const startedAt = performance.timeOrigin;

/** How far an issuer's clock may be ahead, milliseconds, where a restart forgets: so much a token may be older than it looks. */
const aheadMs = 250;

/**
 * Uses a token up: it passes a single time, and again only for the same purpose. It is the last check of all, since a
 * request that is refused must not cost its token.
 * @param purpose a digest of what is asked; absent: it may not be repeated
 * @throws TokenInvalid, or VerdictUnavailable where the record cannot tell
 */
export async function requireUnused(
  caller: Caller,
  purpose: string | undefined,
  usedTokens: UsedTokens,
): Promise<void> {
  const { issuer, tokenId, expiresAt } = caller;
  if (tokenId === undefined) throw new TokenInvalid('jti.absent_on_one_time_route');
  if (usedTokens.forgetsOnRestart) requireRemembered(caller);
  const until = expiresAt + mostToleranceSeconds;
  const use = { issuer, tokenId, until, ...(purpose !== undefined && { purpose }) };
  const answer = await answerOf(usedTokens, use);
  if (answer !== 'first' && answer !== 'repeat') throw new TokenInvalid('token.used');
}

async function answerOf(usedTokens: UsedTokens, use: TokenUse): ReturnType<UsedTokens['use']> {
  try {
    return await usedTokens.use(use);
  } catch (cause) {
    throw new VerdictUnavailable('token.used_tokens_unreachable', 5, { cause });
  }
}

/**
 * What may have been used before this process started is refused, for nobody remembers. A token from ahead of this clock could
 * be used now and pass again after a restart, so it has to wait until its time has come.
 */
function requireRemembered({ issuedAt }: Caller): void {
  if (issuedAt * 1000 > Date.now() + aheadMs) throw new VerdictUnavailable('token.ahead_of_the_record', 1);
  if (issuedAt * 1000 < startedAt + aheadMs) throw new TokenInvalid('token.issued_before_start');
}
