import { Injectable } from '@nestjs/common';
import type { Budget } from './attempt-ledger.js';
import { countedAddress } from './client-address.js';
import { Episodes } from './episodes.js';
import { KeyedHash } from './keyed-hash.js';
import { type Caller, KnownAddresses } from './known-addresses.js';
import { Throttle, type Turn } from './throttle.js';
import { TooManyAttempts } from './too-many-attempts.js';

/** From the 10th failure for one name, and from the 50th of one address, the next attempt has to wait. */
const limits = { name: 10, address: 50 };

/** Nobody waits for it, and it counts nothing. */
const free: Turn = { waitMs: undefined, end: async () => false };

/** Answers whose secret it is: the subject, or undefined. */
export type SecretCheck = () => Promise<string | undefined>;

/**
 * Stands before every check of a password or a client secret. Failures count for the name that was typed, whether or not
 * it is anybody's, and for the address from which it came; those of a client secret, which nobody made up, for the address
 * alone, apart from people's, as anybody could keep a service out otherwise whose name everybody knows. An address that has used its budget up gets no check at all. For a name
 * that has, the secret is checked all the same, for the owner must not be locked out by those who guess: it opens the
 * door to an address from which he signed in before. To all others right and wrong look alike, cost the same and count
 * as failures.
 */
@Injectable()
export class GuessDefence {
  constructor(
    private readonly throttle: Throttle,
    private readonly known: KnownAddresses,
    private readonly hash: KeyedHash,
    private readonly episodes: Episodes,
  ) {}

  /** Answers what `check` answers, where the caller may hear it. Throws TooManyAttempts otherwise. */
  async check(asked: Caller, check: SecretCheck): Promise<string | undefined> {
    const caller = { ...asked, name: normalized(asked.name), address: countedAddress(asked.address) };
    const byAddress = await this.throttle.enter(this.budgetOfAddress(caller));
    if (byAddress.waitMs !== undefined) throw new TooManyAttempts(byAddress.waitMs);
    const byName = caller.kind === 'client' ? free : await this.throttle.enter(this.budgetOfName(caller));
    const sub = await this.judge(caller, byName, check).catch(async (error) => {
      await Promise.all([byAddress.end('forgiven'), byName.end('forgiven')]);
      throw error;
    });
    const outcome = sub === undefined ? 'failed' : 'forgiven';
    const [addressBegins, nameBegins] = await Promise.all([byAddress.end(outcome), byName.end(outcome)]);
    if (addressBegins) await this.episodes.begin('address', { ...caller, name: asked.name });
    if (nameBegins) await this.episodes.begin('name', { ...caller, name: asked.name });
    if (sub === undefined && byName.waitMs !== undefined) throw new TooManyAttempts(byName.waitMs);
    return sub;
  }

  /** Whom to let in. */
  private async judge(caller: Caller, byName: Turn, check: SecretCheck): Promise<string | undefined> {
    const mayEnter = byName.waitMs === undefined || (await this.known.has(caller));
    const sub = await check();
    if (sub === undefined || !mayEnter) return undefined;
    if (caller.kind === 'account') await this.known.remember(sub, caller);
    return sub;
  }

  /** Of an address from which people and services come alike, each kind has a budget: neither stops the other, nor has it wait. */
  private budgetOfAddress({ kind, address }: Caller): Budget {
    return { key: this.hash.of('address', kind, address), limit: limits.address };
  }

  private budgetOfName({ kind, name }: Caller): Budget {
    return { key: this.hash.of(kind, name), limit: limits.name };
  }
}

/** Spellings that look alike count as one name. */
function normalized(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
