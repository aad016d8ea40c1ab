import type { Refusal } from './refusal.js';

/** An answer as it goes on the wire: status, header fields, and problem details (RFC 9457). */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemDetails;
}

/** Problem details (RFC 9457 §3.1) with the stable `code`, and the `decisionId` under which the log tells the reason. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly decisionId: string;
  readonly [member: string]: unknown;
}

/** Where a refusal happened: the realm of the challenge, the path of the request (without query), the decision's id. */
export interface Occasion {
  readonly realm: string;
  readonly path: string;
  readonly decisionId: string;
}

/** Renders a refusal. This is the only place that writes `WWW-Authenticate` (RFC 9110 §11.6.1) and a refusal's problem details. */
export function render(refusal: Refusal, occasion: Occasion): Answer {
  const { status, code, title, detail, challenge, headers, members } = refusal.terms;
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...headers,
      ...(challenge && { 'WWW-Authenticate': bearerChallenge({ realm: occasion.realm, ...challenge }) }),
    },
    body: {
      type: `urn:waybill:problem:${code}`,
      title,
      status,
      detail,
      instance: occasion.path,
      code,
      decisionId: occasion.decisionId,
      ...members,
    },
  };
}

function bearerChallenge(parameters: Record<string, string>): string {
  const rendered = Object.entries(parameters).map(([name, value]) => `${name}="${quotable(value)}"`);
  return `Bearer ${rendered.join(', ')}`;
}

/** Keeps a quoted-string (RFC 9110 §5.6.4) within printable ASCII without quotes or backslashes. */
function quotable(value: string): string {
  return value.replace(/[^\x20-\x7e]|["\\]/g, '_');
}
