import { Refusal, type RefusalTerms } from '../refuse/index.js';
import type { HopAnswer, RefusedAnswer } from './hop-answer.js';
import type { ServiceTokenUnavailable } from './service-token-unavailable.js';

/** What the next hop's refusals may say to the client; its wording and anything else it sends stays behind. */
const passedOn: Readonly<Record<string, Pick<RefusalTerms, 'title' | 'detail'>>> = {
  invalid_token: {
    title: 'The access token is not valid',
    detail: 'A service behind this one did not accept the access token. Obtain a new one and try again.',
  },
  insufficient_scope: {
    title: 'The access token lacks a scope',
    detail: 'A service behind this one needs a scope that the access token lacks.',
  },
};
const other = { title: 'The request was refused', detail: 'A service behind this one refused the request.' };
/** Why the next hop may not take this service itself. */
const toldOfService = ['signature_invalid', 'route_unannotated', 'invalid_token', 'insufficient_scope'];
const scopeList = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** The next hop refused the caller (401 or 403): its status is passed on, and the hop is named. */
export class HopRefusal extends Refusal {
  readonly terms: RefusalTerms;
  /** The next hop's own decision id, for the log: its log tells the reason. */
  readonly hopDecisionId: string | undefined;

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    answer: RefusedAnswer,
  ) {
    super('hop.refused');
    const problem = problemOf(answer);
    const code = Object.hasOwn(passedOn, problem.code)
      ? problem.code
      : answer.status === 401
        ? 'invalid_token'
        : 'access_denied';
    const scope: Record<string, string> =
      code === 'insufficient_scope' && problem.scope !== undefined ? { scope: problem.scope } : {};
    this.hopDecisionId = problem.decisionId;
    this.terms = {
      status: answer.status,
      code,
      ...(passedOn[code] ?? other),
      ...(Object.hasOwn(passedOn, code) && { challenge: { error: code, ...scope } }),
      members: { hop, ...scope },
    };
  }
}

/** The next hop did not accept this service itself (its signature, or its own token): the fault is not the client's. */
export class HopMisconfigured extends Refusal {
  readonly terms: RefusalTerms;
  /** The next hop's own decision id, for the log: its log tells the reason. */
  readonly hopDecisionId: string | undefined;

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    answer: RefusedAnswer,
  ) {
    const { code, decisionId } = problemOf(answer);
    super(`hop.${toldOfService.find((known) => known === code) ?? 'refused'}`);
    this.hopDecisionId = decisionId;
    this.terms = {
      status: 503,
      code: 'hop_misconfigured',
      title: 'A service behind this one does not accept it',
      detail: 'This service and the one behind it are not set up to work together. The operator must mend that.',
      headers: { 'Retry-After': '60' },
      members: { hop },
    };
  }
}

/** The caller's token does not name the next hop, so it would refuse it: nothing was sent. */
export class AudienceMissing extends Refusal {
  readonly terms: RefusalTerms;

  constructor(readonly hop: string) {
    super('hop.audience_missing');
    this.terms = {
      status: 403,
      code: 'audience_missing',
      title: 'The access token is not meant for a service that is needed',
      detail: `The access token must also name ${hop} as its audience. Obtain one with the scopes that this route needs.`,
      members: { hop },
    };
  }
}

/**
 * The caller's token is bound to what it was sent with, so the next hop would not take it from this service, and it cannot be
 * exchanged for one that is this service's own: nothing was stored or sent.
 */
export class TokenNotRelayable extends Refusal {
  readonly terms: RefusalTerms;

  constructor(
    readonly hop: string,
    reason: string,
  ) {
    super(reason);
    this.terms = {
      status: 403,
      code: 'token_not_relayable',
      title: 'The access token cannot be carried on to a service that is needed',
      detail: `The access token cannot be carried on to ${hop}, as it is bound to its sender. Use one that is not, or ask the operator to let this service exchange it.`,
      members: { hop },
    };
  }
}

/** This service could not get what it needs to act for the caller at the next hop: nothing was sent there. A later attempt may succeed. */
export class AuthorityUnavailable extends Refusal {
  readonly terms: RefusalTerms;
  readonly sent = false;
  /** The audience of the next hop. */
  readonly hop: string;

  constructor(cause: ServiceTokenUnavailable) {
    super(`exchange.${cause.error ?? 'no_token'}`, { cause });
    this.hop = cause.hop;
    this.terms = {
      status: 503,
      code: 'authority_unavailable',
      title: 'The caller cannot be acted for just now',
      detail:
        'This service cannot get just now what it needs to act for the caller at a service behind it. Try again later.',
      headers: { 'Retry-After': '1' },
      members: { hop: cause.hop },
    };
  }
}

/** The issuer does not let this service act for its callers at the next hop: nothing was stored or sent, and the fault is not the client's. */
export class ExchangeMisconfigured extends Refusal {
  readonly terms: RefusalTerms;

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    reason: string,
  ) {
    super(reason);
    this.terms = {
      status: 503,
      code: 'hop_misconfigured',
      title: 'This service may not act for its callers at one behind it',
      detail: 'The issuer of the access token does not let this service exchange it. The operator must mend that.',
      headers: { 'Retry-After': '60' },
      members: { hop },
    };
  }
}

interface HopProblem {
  readonly code: string;
  readonly scope?: string;
  readonly decisionId?: string;
}

function problemOf({ body }: HopAnswer): HopProblem {
  const { code, scope, decisionId } = (body ?? {}) as Record<string, unknown>;
  return {
    code: typeof code === 'string' ? code : '',
    ...(typeof scope === 'string' && scopeList.test(scope) && { scope }),
    ...(typeof decisionId === 'string' && /^[\w-]{1,64}$/.test(decisionId) && { decisionId }),
  };
}

/** What it means for the client that the next hop refused a request with the client's own token. */
export function hopRefusal(hop: string, answer: RefusedAnswer): HopRefusal | HopMisconfigured {
  const { code } = problemOf(answer);
  return code === 'signature_invalid' || code === 'route_unannotated'
    ? new HopMisconfigured(hop, answer)
    : new HopRefusal(hop, answer);
}
