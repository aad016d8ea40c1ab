import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';
import { BrokenCircuitError, CountBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';

/** The circuit opens when at least half of the last twenty requests came to no decision at payment. */
const lastRequests = { size: 20, threshold: 0.5, minimumNumberOfCalls: 20 };

/** After how long one request may try whether payment is back, milliseconds. */
const triedAgainAfterMs = 2000;

/** Sees when payment is away, and then has requests refused at once, before they leave anything undecided behind. */
@Injectable()
export class PaymentCircuit {
  private readonly logger = new Logger(PaymentCircuit.name);
  private readonly circuit = circuitBreaker(handleWhenResult(cameToNoDecision), {
    breaker: new CountBreaker(lastRequests),
    halfOpenAfter: triedAgainAfterMs,
  });

  constructor() {
    this.circuit.onBreak(() => this.logger.warn('Payment is away: requests that need it are refused for now.'));
    this.circuit.onReset(() => this.logger.log('Payment is back.'));
  }

  /** Does `work`, and learns from its answer. @throws ProblemException 503 while payment is away, before `work` begins */
  async admit<T extends object>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.circuit.execute(work);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? away() : error;
    }
  }
}

/** An answer that is not final (202): payment was asked, and there was no decision. */
function cameToNoDecision(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'final' in answer && answer.final === false;
}

function away(): ProblemException {
  return new ProblemException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'payment_unavailable',
    'Payments cannot be made just now',
    'The payment service does not answer. Nothing was stored or charged: try again later.',
    {},
    { 'Retry-After': String(triedAgainAfterMs / 1000) },
  );
}
