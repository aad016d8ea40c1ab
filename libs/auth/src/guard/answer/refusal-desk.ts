import { randomUUID } from 'node:crypto';
import { type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common';
import { type DecisionEvent, DecisionRecord } from '../../observe/index.js';
import { DpopProofs } from '../../proof/index.js';
import { type Occasion, type Refusal, render } from '../../refuse/index.js';
import type { Caller } from '../../verify/index.js';
import { type HttpRequest, pathOf } from '../receive/http-request.js';
import { schemeUsed } from '../receive/presented-token.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../service-auth.options.js';
import { RefusalException } from './refusal.exception.js';

/** Gives each refusal its decision id, its answer and its line in the log. */
@Injectable()
export class RefusalDesk {
  private readonly logger = new Logger('ServiceAuth');
  /** Whose token a request carries, for the log alone: who is refused has no authority. */
  private readonly recognised = new WeakMap<object, Caller>();

  constructor(
    @Inject(SERVICE_AUTH_OPTIONS) private readonly options: ServiceAuthOptions,
    @Inject(DpopProofs) private readonly proofs: DpopProofs | null,
  ) {}

  /** Takes note of whose token a request carries, as soon as it is known to be genuine. */
  recognise(request: object, caller: Caller): void {
    this.recognised.set(request, caller);
  }

  /** Turns a refusal into the exception that carries its answer, and takes note of it. */
  refuse(refusal: Refusal, request: HttpRequest): RefusalException {
    const occasion = this.occasionOf(request);
    const answer = render(refusal, occasion);
    const caller = this.recognised.get(request);
    this.note({
      decisionId: occasion.decisionId,
      outcome: 'refused',
      status: answer.status,
      code: answer.body.code,
      reason: refusal.reason,
      method: request.method,
      path: occasion.path,
      ...(caller && { issuer: caller.issuer, subject: caller.subject }),
      ...hopOf(refusal),
    });
    return new RefusalException(answer, refusal);
  }

  /** Takes note of what came over a transport whose credentials cannot be judged; Nest answers it with "Forbidden resource". */
  turnAway(context: ExecutionContext): false {
    this.note({
      decisionId: randomUUID(),
      outcome: 'refused',
      status: 403,
      code: 'transport_unsupported',
      reason: 'transport.not_http',
      method: context.getType(),
      path: `${context.getClass().name}.${context.getHandler().name}`,
    });
    return false;
  }

  private occasionOf(request: HttpRequest): Occasion {
    const occasion = { realm: this.realm, path: pathOf(request), decisionId: randomUUID() };
    if (!this.proofs) return occasion;
    return { ...occasion, scheme: schemeUsed(request) ?? 'Bearer', dpopAlgorithms: this.proofs.algorithms };
  }

  /** The protection space of the challenges (RFC 9110 §11.5): the service's own audience. */
  private get realm(): string {
    return this.options.issuers[0]?.audience ?? '';
  }

  private note(event: DecisionEvent): void {
    this.logger.warn(new DecisionRecord(event));
    this.tell(event).catch((error: unknown) => this.logger.error('onDecision failed', error));
  }

  /** A listener that fails, at once or later, changes no answer. */
  private async tell(event: DecisionEvent): Promise<void> {
    await this.options.onDecision?.(event);
  }
}

/** The service further on for whose sake, or by which, the caller was refused; with the id of that one's own decision. */
function hopOf(refusal: Refusal): Pick<DecisionEvent, 'hop' | 'hopDecisionId'> {
  const { hop, hopDecisionId } = refusal as Pick<DecisionEvent, 'hop' | 'hopDecisionId'>;
  return { ...(hop !== undefined && { hop }), ...(hopDecisionId !== undefined && { hopDecisionId }) };
}
