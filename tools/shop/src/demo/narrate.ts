import type { RequestLine } from '../log/index.js';
import type { ServiceName } from '../services.js';
import { claimsOf } from './access-token.js';
import type { Answer } from './ask.js';
import type { Scene } from './story.js';

/** A request that a service answered, as its own log tells it. */
export interface Hop {
  service: ServiceName;
  request: RequestLine;
}

/** Tells a scene: who sends what, which services took part, and what came back. */
export function narrate(scene: Scene, token: string | undefined, hops: readonly Hop[], answer: Answer): string {
  const rows = [
    ...credentials(token, scene),
    ...hops.map(({ service, request }): Row => [service, hop(request)]),
    ['answer', outcome(answer)] satisfies Row,
    ...(answer.challenge ? [['', `WWW-Authenticate: ${answer.challenge}`] satisfies Row] : []),
  ];
  return rows.map(([name, text]) => `   ${name.padEnd(9)} ${text}`).join('\n');
}

type Row = [name: string, text: string];

function credentials(token: string | undefined, { tampered }: Scene): Row[] {
  if (!token) return [['token', 'none']];
  const { sub, aud, service_scopes: scopes } = claimsOf(token);
  return [
    ['token', `of ${sub}, for ${aud.join(', ')}${tampered ? ' (changed)' : ''}`],
    ['scopes', scopes.join(' ')],
  ];
}

function hop({ method, path, status, decision }: RequestLine): string {
  const why = decision ? `, because ${decision.reason} (in the log only)` : '';
  return `${method} ${path} → ${status}${why}`;
}

function outcome({ status, body }: Answer): string {
  if (typeof body.code === 'string') return `${status} ${body.code}: ${String(body.detail)}`;
  const { amount, currency } = body.total as { amount: number; currency: string };
  const { id } = body.payment as { id: string };
  return `${status} order ${String(body.status)}, ${(amount / 100).toFixed(2)} ${currency}, payment ${id}`;
}
