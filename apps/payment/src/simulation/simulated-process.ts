import type { Scheduler } from 'fast-check';

/** Where a process dies: at its so-maniest step, whose effect may still come about. */
export interface Crash {
  readonly step: number;
  readonly effect: 'lost' | 'happens';
}

/** Does something outside of the process, such as a transaction, at a moment that the world chooses. */
export type Step = <T>(label: string, effect: () => T) => Promise<T>;

/** A process whose every wait ends when the scheduler says so, and which may die at any of them. */
export class SimulatedProcess {
  /** Resolves when the process dies; whatever it was at never goes on. */
  readonly death: Promise<void>;
  private readonly die: () => void;
  private dead = false;
  private steps = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly crash?: Crash | undefined,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.death = promise;
    this.die = resolve;
  }

  readonly step: Step = async (label, effect) => {
    const fatal = this.steps++ === this.crash?.step;
    if (fatal) this.end();
    if (fatal && this.crash?.effect === 'lost') return never();
    await this.scheduler.schedule(Promise.resolve(), label);
    const result = (async () => effect())();
    return this.dead ? result.then(never, never) : result;
  };

  /** Resolves when the scheduler says so, however long that is, unless the signal comes first. */
  readonly sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
    await this.scheduler.schedule(Promise.resolve(), 'time is over');
    return this.dead || signal.aborted ? never() : undefined;
  };

  private end(): void {
    this.dead = true;
    this.die();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
