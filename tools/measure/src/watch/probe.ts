import type { ServiceName } from '@waybill/shop';
import { type Asking, exchange } from '../act/index.js';

/** A question to a guarded route, by which one sees what its guard thinks of a token. It changes nothing, whoever asks. */
export interface Probe {
  readonly service: ServiceName;
  /** Whether the route is closed while the news of revocations is old. */
  readonly sensitive: boolean;
  asking(baseUrl: string, token: string): Asking;
}

/** What the guard thought: `closed` is 503, it could not judge; `away`: no answer, or none of the guard's. */
export type Verdict = 'passed' | 'refused' | 'closed' | 'away';

const nobodys = '00000000-0000-4000-8000-000000000000';

/** One ordinary and one sensitive route at order and at payment, and one at auth. */
export const probes: readonly Probe[] = [
  { service: 'order', sensitive: false, asking: (url, token) => ({ method: 'GET', url: `${url}/orders`, token }) },
  { service: 'order', sensitive: true, asking: (url, token) => ({ url: `${url}/place-order`, token, json: {} }) },
  {
    service: 'payment',
    sensitive: false,
    asking: (url, token) => ({ method: 'GET', url: `${url}/payments/${nobodys}`, token }),
  },
  { service: 'payment', sensitive: true, asking: (url, token) => ({ url: `${url}/payments`, token, json: {} }) },
  {
    service: 'auth',
    sensitive: false,
    asking: (url, token) => ({ method: 'GET', url: `${url}/subjects/nobody/scopes`, token }),
  },
];

/** How a probe is called in the report. */
export function nameOf({ service, sensitive }: Probe): string {
  return sensitive ? `${service}, sensitive` : service;
}

/** What of a verdict comes after the token was judged: these say that it passed. */
const passes: ReadonlySet<unknown> = new Set([
  '200', // the handler answered
  '400 validation_failed', // the handler's input was looked at
  '401 signature_invalid', // only order may ask, and we are not order
  '403 insufficient_scope', // the subject may not, but its token is good
  '404 payment_not_found',
]);

/** Asks once. @throws Error at an answer that nobody expects of a guarded route */
export async function verdictOf({ asking }: Probe, baseUrl: string, token: string): Promise<Verdict> {
  const answer = await exchange(asking(baseUrl, token)).catch(() => undefined);
  if (!answer || (answer.status >= 502 && answer.body.code !== 'verdict_unavailable')) return 'away';
  const { status, body } = answer;
  if (status === 503) return 'closed';
  if (status === 401 && body.code === 'invalid_token') return 'refused';
  const line = body.code === undefined ? String(status) : `${status} ${body.code}`;
  if (passes.has(line)) return 'passed';
  throw new Error(`${asking(baseUrl, '').url} was answered ${line}, which says nothing about the token`);
}
