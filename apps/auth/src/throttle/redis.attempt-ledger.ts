import type { RedisConnection } from '@waybill/service-defaults';
import type { Admission, AttemptLedger, Budget, Outcome, Pace } from './attempt-ledger.js';

/** The one clock of all replicas, in milliseconds. */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Answers 0: admitted; -1: others first; else the milliseconds to wait. The delay is that of \`delayAfter\`. */
const admitScript = `${clock}
local failed, pending = KEYS[1], KEYS[2]
local attempt, limit, window, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local first, longest = tonumber(ARGV[5]), tonumber(ARGV[6])
for _, lost in ipairs(redis.call('ZRANGEBYSCORE', pending, '-inf', now - lease)) do
  redis.call('ZREM', pending, lost)
  redis.call('ZADD', failed, now, lost)
  redis.call('PEXPIRE', failed, window)
end
redis.call('ZREMRANGEBYSCORE', failed, '-inf', now - window)
local failures, others = redis.call('ZCARD', failed), redis.call('ZCARD', pending)
if failures >= limit then
  local last = tonumber(redis.call('ZRANGE', failed, -1, -1, 'WITHSCORES')[2])
  local wait = last + math.min(first * 2 ^ (failures - limit), longest) - now
  if wait > 0 then return math.ceil(wait) end
end
if others > 0 and failures + others >= limit then return -1 end
redis.call('ZADD', pending, now, attempt)
redis.call('PEXPIRE', pending, window + lease)
return 0`;

/** Answers 1 where the failure begins an episode. */
const settleScript = `${clock}
local failed, pending, throttled = KEYS[1], KEYS[2], KEYS[3]
local attempt, outcome, limit, window = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREM', pending, attempt)
if outcome ~= 'failed' then return 0 end
redis.call('ZADD', failed, now, attempt)
redis.call('PEXPIRE', failed, window)
if redis.call('ZCOUNT', failed, '(' .. (now - window), '+inf') < limit then return 0 end
local begins = redis.call('EXISTS', throttled) == 0
redis.call('SET', throttled, '1', 'PX', window)
return begins and 1 or 0`;

/** Counts in Redis, for all replicas: each question is one script, which runs as a whole. Rejects while Redis is away. */
export class RedisAttemptLedger implements AttemptLedger {
  constructor(
    private readonly redis: Pick<RedisConnection, 'evaluate'>,
    private readonly pace: Pace,
    private readonly prefix = 'waybill:auth:attempts:',
  ) {}

  async admit(budget: Budget, attempt: string): Promise<Admission> {
    const { windowMs, leaseMs, firstDelayMs, longestDelayMs } = this.pace;
    const rule = [budget.limit, windowMs, leaseMs, firstDelayMs, longestDelayMs].map(String);
    const answer = Number(await this.redis.evaluate(admitScript, this.keysOf(budget), [attempt, ...rule]));
    if (answer === 0) return 'admitted';
    return answer < 0 ? 'others first' : { retryAfterMs: answer };
  }

  async settle(budget: Budget, attempt: string, outcome: Outcome): Promise<boolean> {
    const rule = [budget.limit, this.pace.windowMs].map(String);
    const answer = await this.redis.evaluate(settleScript, this.keysOf(budget), [attempt, outcome, ...rule]);
    return Number(answer) === 1;
  }

  /** The braces keep the keys of one budget on one node of a cluster. */
  private keysOf({ key }: Budget): string[] {
    return ['failed', 'pending', 'throttled'].map((part) => `${this.prefix}{${key}}:${part}`);
  }
}
