import { setTimeout as sleep } from 'node:timers/promises';

/** What those get who came while somebody else was winning. */
export const lost = Symbol('lost');

interface Round {
  /** How many came after the one who goes first. */
  others: number;
  won: Promise<boolean>;
}

const mostPauses = 5;

/**
 * Settles who wins where several requests bring the same refresh token at once. One goes first; those that come
 * meanwhile have lost if it succeeds, and get their turn if it fails. The winner's answer is held back until nobody has
 * come for a pause, as requests that were sent together arrive one after the other. Who comes later is no contestant.
 */
export class Contest<T> {
  private readonly rounds = new Map<string, Round>();

  constructor(private readonly pauseMs: number) {}

  /** Runs `attempt`, or answers `lost`. Rejects as `attempt` does. */
  async enter(prize: string, attempt: () => Promise<T | typeof lost>): Promise<T | typeof lost> {
    for (let round = this.rounds.get(prize); round; round = this.rounds.get(prize)) {
      round.others += 1;
      if (await round.won) return lost;
    }
    const { promise: won, resolve: settle } = Promise.withResolvers<boolean>();
    const round = { others: 0, won };
    this.rounds.set(prize, round);
    try {
      const answer = await attempt();
      if (answer !== lost) await this.untilNobodyComes(round);
      settle(true);
      return answer;
    } finally {
      settle(false);
      this.rounds.delete(prize);
    }
  }

  private async untilNobodyComes(round: Round): Promise<void> {
    let known = -1;
    for (let pause = 0; pause < mostPauses && known !== round.others; pause += 1) {
      known = round.others;
      await sleep(this.pauseMs);
    }
  }
}
