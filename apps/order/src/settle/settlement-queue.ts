import { Logger } from '@nestjs/common';
import type { Jobs } from '@waybill/database';
import { type Settlement, Unsettled } from './settlement.js';

/** Tried again with growing pauses, all within a quarter of a minute; then it is reported, and the next sweep begins anew. */
const retries = { retryLimit: 5, retryDelay: 1, retryDelayMax: 4, retryBackoff: true };

/** As many calls to payment as one batch may have under way. */
const batchSize = 20;

interface Undecided {
  id: string;
}

/** What became of one job of a batch. */
interface JobResult {
  id: string;
  status: 'completed' | 'failed';
  output?: object;
}

/** The durable queue of one kind of settlement: one job for each id, whoever sends it and how often. */
export class SettlementQueue {
  private readonly logger = new Logger('Settlement');
  private readonly queue: string;
  private readonly failed: string;

  constructor(
    private readonly jobs: Jobs,
    private readonly settlement: Settlement,
  ) {
    this.queue = `settle-${settlement.kind}`;
    this.failed = `${this.queue}-failed`;
  }

  /** Declares the queue, its workers and its dead letters. Several replicas share the work. */
  open(): void {
    const { jobs, queue, failed } = this;
    jobs.queue(failed);
    jobs.queue(queue, { policy: 'exclusive', ...retries, deadLetter: failed });
    const pace = { batchSize, pollingIntervalSeconds: 0.5 };
    jobs.work<Undecided>(queue, { ...pace, perJobResults: true }, (batch) => this.settle(batch));
    jobs.work<Undecided>(failed, pace, async (batch) => this.report(batch.map(({ data }) => data.id)));
  }

  /** Sends what is undecided to be settled; what is in the queue already stays there once. */
  async send(ids: readonly string[]): Promise<void> {
    const jobs = ids.map((id) => ({ data: { id }, singletonKey: id }));
    if (jobs.length > 0) await this.jobs.insert(this.queue, jobs);
  }

  private async settle(batch: readonly { id: string; data: Undecided }[]): Promise<JobResult[]> {
    const reasons = new Set<string>();
    const results = batch.map(async ({ id, data }): Promise<JobResult> => {
      try {
        await this.settlement.settle(data.id);
        return { id, status: 'completed' };
      } catch (error) {
        const reason = error instanceof Unsettled ? error.message : String(error);
        reasons.add(reason);
        return { id, status: 'failed', output: { reason } };
      }
    });
    const settled = await Promise.all(results);
    if (reasons.size > 0) this.logger.warn(`Not settled yet, ${this.settlement.kind}: ${[...reasons].join('; ')}.`);
    return settled;
  }

  private report(ids: readonly string[]): void {
    const named = ids.slice(0, 5).join(', ');
    this.logger.error(
      `${ids.length} of kind ${this.settlement.kind} could not be settled after ${retries.retryLimit} retries, and will be tried again: ${named}${ids.length > 5 ? ', …' : ''}.`,
    );
  }
}
