import type { ServiceName } from '@waybill/shop';
import type { DatabaseKind } from './deployment/index.js';
import type { Pace } from './kill/index.js';

/** How order carries its callers' authority on to payment. */
export type Authority = 'relay' | 'exchange';

/** What a run is to be. */
export interface ChaosOptions {
  readonly kind: DatabaseKind;
  readonly seed: number;
  /** Default: `relay`. */
  readonly authority?: Authority | undefined;
  /** The run goes on until the clients know of so many orders, and so many processes were killed. */
  readonly orders: number;
  readonly kills: number;
  /** It ends sooner when its time is up, minutes. */
  readonly minutes?: number | undefined;
  /** Where its data and logs go. */
  readonly folder: string;
  /** Hears how it goes. */
  say(line: string): void;
  /** Ends the run at once. */
  readonly signal: AbortSignal;
}

/** How many shop at the same time, by whom. */
export const crowd = { customers: 40, newcomers: ['emil', 'fatima', 'goran'] } as const;

/** How long order waits for payment, milliseconds: short, so that a lost answer does not hold a customer for long. */
export const paymentTimeoutMs = 800;

/** Shorter lives give more kills a minute and less work between them; a boot takes a second or two of CPU. */
export const pace: Pace = { uptimeMs: [200, 3_000], authLivesLonger: 6 };

/** What goes wrong within a service while there are faults. */
export const faultsWithin: Partial<Record<ServiceName, NodeJS.ProcessEnv>> = {
  payment: { SANDBOX_GATEWAY_FAULTS: 'slow:0.02,lost-answer:0.02,unavailable:0.02' },
};

/** What the services are told besides where they are. Tokens are short-lived, so that they are renewed in the midst of it. */
export function settings(
  paymentUrl: string,
  authority: Authority = 'relay',
): Partial<Record<ServiceName, NodeJS.ProcessEnv>> {
  return {
    auth: { TOKEN_TTL_SECONDS: '60' },
    order: {
      PAYMENT_URL: paymentUrl,
      PAYMENT_TIMEOUT_MS: String(paymentTimeoutMs),
      PAYMENT_AUTHORITY: authority,
    },
  };
}
