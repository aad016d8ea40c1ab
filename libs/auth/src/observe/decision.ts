/** One refused request, for the log: which check refused it, and what the client was told under which id. */
export interface DecisionEvent {
  readonly decisionId: string;
  readonly outcome: 'refused';
  readonly status: number;
  readonly code: string;
  /** Which check refused, e.g. `exp.passed`. Never on the wire; never a token, a key or a claim's value. */
  readonly reason: string;
  /** HTTP method; or the transport, where that is not HTTP. */
  readonly method: string;
  /** Path of the request, without its query; or the handler, where the transport is not HTTP. */
  readonly path: string;
  /** Present once the token was verified. */
  readonly issuer?: string;
  readonly subject?: string;
  /** Present where the caller was refused for the sake of a service further on, or by it. */
  readonly hop?: string;
  readonly hopDecisionId?: string;
}

/** Takes note of decisions. */
export type DecisionListener = (event: DecisionEvent) => unknown;
