import { type Answer, replayed } from './answer.js';
import type { IdempotencyKeys, IdempotentRequest, KnownRequest } from './idempotent-request.js';

/** The key came before with another body. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused';
}

/** The request that came before with this key is being carried out at this moment. */
export class StillInFlight extends Error {
  override readonly name = 'StillInFlight';
}

/** What an idempotent request does. */
export interface Operation {
  /** Makes what is asked under this id; or finds that another request with the same key was first. */
  carryOut(resource: string): Promise<Answer | KnownRequest>;
  /** The answer as things stand now with what an earlier request made. */
  answerFor(resource: string): Promise<Answer>;
}

/** Carries a request out once for each idempotency key, and answers every repetition as the first. */
export class Idempotency {
  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly newId: () => string,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @throws KeyReused, StillInFlight, and what the operation throws */
  async answer(request: IdempotentRequest | undefined, operation: Operation): Promise<Answer> {
    if (request === undefined) return (await operation.carryOut(this.newId())) as Answer;
    const known = await this.keys.find(request);
    const outcome = known ?? (await this.carryOut(request, operation));
    return isKnown(outcome) ? this.repeat(request, outcome, operation) : outcome;
  }

  private async carryOut(request: IdempotentRequest, operation: Operation): Promise<Answer | KnownRequest> {
    const resource = this.newId();
    try {
      const outcome = await operation.carryOut(resource);
      if (isKnown(outcome)) return outcome;
      if (outcome.final) return await this.keys.keep(request, outcome);
      await this.keys.release(request, resource);
      return outcome;
    } catch (error) {
      await this.keys.release(request, resource).catch(this.onError);
      throw error;
    }
  }

  private async repeat(request: IdempotentRequest, known: KnownRequest, operation: Operation): Promise<Answer> {
    if (known.fingerprint !== request.fingerprint) throw new KeyReused();
    if (known.answer) return replayed(known.answer);
    if (known.inFlight) throw new StillInFlight();
    const answer = await operation.answerFor(known.resource);
    return replayed(answer.final ? await this.keys.keep(request, answer) : answer);
  }
}

function isKnown(outcome: Answer | KnownRequest): outcome is KnownRequest {
  return 'fingerprint' in outcome;
}
