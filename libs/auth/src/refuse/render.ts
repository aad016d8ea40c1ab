import type { Refusal, Scheme } from './refusal.js';

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

/** Where a refusal happened. */
export interface Occasion {
  /** The realm of the challenge. */
  readonly realm: string;
  /** The path of the request, without its query. */
  readonly path: string;
  readonly decisionId: string;
  /** The scheme under which the token was presented. Default: Bearer. */
  readonly scheme?: Scheme;
  /** How DPoP proofs may be signed here (RFC 9449 §7.1). */
  readonly dpopAlgorithms?: readonly string[];
}

/** Renders a refusal. This is the only place that writes `WWW-Authenticate` (RFC 9110 §11.6.1) and a refusal's problem details. */
export function render(refusal: Refusal, occasion: Occasion): Answer {
  const { status, code, title, detail, headers, members } = refusal.terms;
  const challenge = challengeOf(refusal, occasion);
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...headers,
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
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

/** One challenge for each scheme (RFC 9110 §11.6.1). */
function challengeOf({ terms }: Refusal, occasion: Occasion): string | undefined {
  const { challenge, schemes = [occasion.scheme ?? 'Bearer'] } = terms;
  if (!challenge) return undefined;
  const { realm, dpopAlgorithms = [] } = occasion;
  const algs = dpopAlgorithms.join(' ');
  return schemes
    .map((scheme) => `${scheme} ${rendered({ realm, ...challenge, ...(scheme === 'DPoP' && { algs }) })}`)
    .join(', ');
}

function rendered(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}="${quotable(value)}"`)
    .join(', ');
}

/** Keeps a quoted-string (RFC 9110 §5.6.4) within printable ASCII without quotes or backslashes. */
function quotable(value: string): string {
  return value.replace(/[^\x20-\x7e]|["\\]/g, '_');
}
