import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { databaseReason } from '@waybill/database';
import type { SettlementQueue } from './settlement-queue.js';
import type { Sweep } from './sweep.js';

/** At the latest so often what is undecided is looked for, milliseconds. */
const sweepEveryMs = 5_000;

/** A kind of thing that may be left undecided: how to find it, and where to send it. */
export interface Undecided {
  readonly sweep: Sweep;
  readonly queue: SettlementQueue;
}

/** Looks for what was left undecided, by whatever cause, and has it settled. The request path knows nothing of it. */
@Injectable()
export class Settlements implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Settlements.name);
  private timer: NodeJS.Timeout | undefined;

  /** @param canSettle false: this service has no token of its own, so that payment would not listen to it */
  constructor(
    private readonly undecided: readonly Undecided[],
    private readonly canSettle: boolean,
  ) {}

  onModuleInit(): void {
    if (this.canSettle) for (const { queue } of this.undecided) queue.open();
  }

  onApplicationBootstrap(): void {
    if (this.canSettle) this.timer = setInterval(() => void this.look(), sweepEveryMs).unref();
    else
      this.logger.warn(
        'Undecided orders will wait: set SERVICE_CLIENT_ID and SERVICE_CLIENT_SECRET to have them settled.',
      );
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    for (const { sweep, queue } of this.undecided) {
      try {
        await queue.send(await sweep.next());
      } catch (error) {
        this.logger.warn(`What is undecided waits for the next turn: ${databaseReason(error)}`);
      }
    }
  }
}
