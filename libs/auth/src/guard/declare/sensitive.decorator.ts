import { declareOnce, type Place, statementAt } from './declaration.js';

/** What a sensitive route demands beyond the access token and fresh news of revocations. */
export interface Sensitivity {
  /** The request must be signed (RFC 9421) by one of these services. */
  readonly signature?: { readonly callers: readonly [string, ...string[]] };
  /** The access token must be bound to a key that the client proves to hold (DPoP, RFC 9449). */
  readonly dpop?: true;
  /** The access token must be bound to a second key, which the request carries too. */
  readonly secondKey?: true;
  /** The access token must be bound to the address that the request comes from. */
  readonly address?: true;
  /**
   * The access token is good for a single request to such routes of this service. The same request again, with the same
   * `Idempotency-Key`, passes too: the handler must answer it as before. All else is refused, also after a failure.
   */
  readonly once?: true;
}

/** The demands that are made or not. */
const plainDemands = ['dpop', 'secondKey', 'address', 'once'];

/** Metadata key of the sensitivity. */
export const SENSITIVITY = 'waybill:sensitivity';

/**
 * The route is closed while the news of revocations is old (`maxRevocationStalenessSeconds`), and demands what else is
 * said: see `Sensitivity`. It stands beside an access rule; more can be demanded on HTTP routes only.
 * @throws TypeError where a demand is none, or it stands twice
 */
export function Sensitive(sensitivity: Sensitivity = {}): MethodDecorator & ClassDecorator {
  for (const [demand, value] of Object.entries(sensitivity)) {
    if (demand === 'signature' && isSignature(value)) continue;
    if (plainDemands.includes(demand) && value === true) continue;
    throw new TypeError(
      "@Sensitive takes nothing, or e.g. { signature: { callers: ['order'] }, dpop: true, secondKey: true, address: true, once: true }: name who may sign.",
    );
  }
  return declareOnce(SENSITIVITY, sensitivity, 'is declared sensitive twice. Keep one @Sensitive.');
}

function isSignature(value: unknown): boolean {
  const { callers } = Object(value) as { callers?: unknown };
  return Array.isArray(callers) && callers.length > 0 && callers.every((name) => name && typeof name === 'string');
}

/** What the handler, or else its class, demands. */
export function sensitivityOf(place: Place): Sensitivity | undefined {
  return statementAt(SENSITIVITY, place);
}
