/** A route behind the guard. */
export interface GuardedRoute {
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  /** Every scope that the route needs. */
  readonly scopes: readonly string[];
  /** JSON that the route takes. */
  readonly body?: string;
}

/** One hostile request. What it leaves out is as the route wants it. */
export interface AttackRequest {
  /** Where it is sent. Default: the route under attack. */
  readonly route?: GuardedRoute;
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** The token that it presents as its one Bearer credential. */
  readonly token?: string;
}

/** A case cannot be tried here; the message says why. */
export class Inapplicable extends Error {
  override readonly name = 'Inapplicable';
}
