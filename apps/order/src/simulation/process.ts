import type { Scheduler } from 'fast-check';

/** Does something at once and whole, at a moment that the scheduler chooses, and gives its result at another. */
export type Step = <T>(label: string, atomic: () => T) => Promise<T>;

/**
 * A process that can be killed: from then on none of its steps happens any more, and whoever waits for one waits for ever,
 * as the rest of a killed process would.
 */
export class Process {
  private killed = false;

  constructor(
    private readonly scheduler: Scheduler,
    readonly name: string,
  ) {}

  kill(): void {
    this.killed = true;
  }

  readonly step: Step = async (label, atomic) => {
    await this.reach(label);
    const result = atomic();
    await this.reach(`${label}: done`);
    return result;
  };

  private async reach(label: string): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), `${this.name}: ${label}`);
    if (this.killed) await new Promise<never>(() => undefined);
  }
}
