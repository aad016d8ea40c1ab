import { declareOnce, type Place, statementAt } from './declaration.js';

/** What a sensitive route demands beyond the access token. */
export interface Sensitivity {
  /** The request must be signed (RFC 9421) by one of these services. */
  readonly signature?: { readonly callers: readonly [string, ...string[]] };
  /**
   * The access token is good for a single request to such routes of this service. The same request again, with the same
   * `Idempotency-Key`, passes too: the handler must answer it as before. All else is refused, also after a failure.
   */
  readonly once?: true;
}

/** Metadata key of the sensitivity. */
export const SENSITIVITY = 'waybill:sensitivity';

/**
 * The route demands more than a bearer token: see `Sensitivity`. It stands beside an access rule, on HTTP routes.
 * @throws TypeError where it demands nothing, or stands twice
 */
export function Sensitive(sensitivity: Sensitivity): MethodDecorator & ClassDecorator {
  const { signature, once } = sensitivity ?? {};
  const isMeant =
    (signature || once) && (!signature || namesCallers(signature.callers)) && [undefined, true].includes(once);
  if (!isMeant) {
    throw new TypeError("@Sensitive must say what it demands, e.g. @Sensitive({ signature: { callers: ['order'] } }).");
  }
  return declareOnce(SENSITIVITY, sensitivity, 'is declared sensitive twice. Keep one @Sensitive.');
}

function namesCallers(callers: unknown): boolean {
  return Array.isArray(callers) && callers.length > 0 && callers.every((name) => name && typeof name === 'string');
}

/** What the handler, or else its class, demands. */
export function sensitivityOf(place: Place): Sensitivity | undefined {
  return statementAt(SENSITIVITY, place);
}
