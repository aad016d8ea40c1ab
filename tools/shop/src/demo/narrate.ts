import type { RequestLine } from '../log/index.js';
import type { ServiceName } from '../services.js';
import type { Answer } from './ask.js';
import type { Carried } from './scene.js';

/** A request that a service answered, as its own log tells it. */
export interface Hop {
  service: ServiceName;
  request: RequestLine;
}

/** Tells a scene: what is sent, which services took part, and what came back. */
export function narrate({ told }: Carried, hops: readonly Hop[], answer: Answer): string {
  const rows = [
    ...told,
    ...hops.map(({ service, request }): Row => [service, hop(request)]),
    ['answer', outcome(answer)] satisfies Row,
    ...(answer.challenge ? [['', `WWW-Authenticate: ${answer.challenge}`] satisfies Row] : []),
  ];
  return rows.map(([name, text]) => `   ${name.padEnd(9)} ${text}`).join('\n');
}

type Row = [name: string, text: string];

function hop({ method, path, status, decision }: RequestLine): string {
  const why = decision ? `, because ${decision.reason} (in the log only)` : '';
  return `${method} ${path} → ${status}${why}`;
}

function outcome({ status, body }: Answer): string {
  if (typeof body.code === 'string') return `${status} ${body.code}: ${String(body.detail)}`;
  if (typeof body.error === 'string') return `${status} ${body.error}: ${String(body.error_description)}`;
  if (body.total === undefined) return String(status);
  const { amount, currency } = body.total as { amount: number; currency: string };
  const { id } = body.payment as { id: string };
  return `${status} order ${String(body.status)}, ${(amount / 100).toFixed(2)} ${currency}, payment ${id}`;
}
