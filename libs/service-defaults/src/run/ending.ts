import { type INestApplicationContext, Logger } from '@nestjs/common';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** A service that has not ended by then is ended: whoever supervises it waits for ten seconds. */
const patienceMs = 9_500;

/**
 * Ends the process with status 0 at the first SIGTERM or SIGINT: an application that listens is closed first, whatever
 * happens before has promised nothing to anybody. Further signals change nothing.
 */
export class Ending {
  private readonly logger = new Logger('Service');
  private application: INestApplicationContext | undefined;
  private begun = false;

  constructor() {
    for (const signal of signals) process.on(signal, () => void this.begin(signal));
  }

  /** The application listens. */
  listens(application: INestApplicationContext): void {
    this.application = application;
  }

  private async begin(signal: NodeJS.Signals): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    if (this.application) await this.close(this.application, signal);
    process.exit(0);
  }

  private async close(application: INestApplicationContext, signal: NodeJS.Signals): Promise<void> {
    this.logger.log(`stops on ${signal}`);
    setTimeout(() => this.insist(), patienceMs);
    try {
      await application.close();
    } catch (error) {
      this.logger.error('did not stop in good order', error);
    }
  }

  private insist(): never {
    this.logger.error(`has not stopped within ${patienceMs / 1000} s, and is ended`);
    process.exit(1);
  }
}
