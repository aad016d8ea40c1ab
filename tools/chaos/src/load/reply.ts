/** What came back: a whole answer, or nothing that could be read (`lost` says why). */
export type Reply = Answer | { readonly lost: string };

/** A whole answer. */
export interface Answer {
  readonly status: number;
  /** Whether it says of itself that it was given before (`Idempotent-Replayed: true`). */
  readonly replayed: boolean;
  /** The body as it came. */
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
}

/** A request, for one whole answer. */
export interface Asking {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly token?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

/** How long a client waits, milliseconds. */
export const patienceMs = 5_000;

/** Asks once, over real HTTP. */
export async function ask({ method, url, token, idempotencyKey, json, form }: Asking): Promise<Reply> {
  const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'manual',
    });
    const text = await response.text();
    const replayed = response.headers.get('idempotent-replayed') === 'true';
    return { status: response.status, replayed, text, body: parsed(text) };
  } catch (error) {
    return { lost: reasonOf(error) };
  }
}

/** Whether a reply decides for good what was asked: an order confirmed, declined or cancelled, a refund made or refused. */
export function isFinal(reply: Reply): boolean {
  return finalStatus(reply) !== undefined;
}

/** The status of a reply that decides for good; undefined of any other. */
export function finalStatus(reply: Reply): number | undefined {
  if ('lost' in reply) return undefined;
  const { status } = reply;
  const decides =
    status === 201 || status === 402 || (status === 409 && codeOf(reply)?.endsWith('_cancelled') === true);
  return decides ? status : undefined;
}

/** Whether a reply says that it is not decided yet. */
export function isUndecided(reply: Reply): boolean {
  return 'status' in reply && reply.status === 202;
}

/** Whether a reply says that the same is being asked for at this moment. */
export function isInFlight(reply: Reply): boolean {
  return 'status' in reply && reply.status === 409 && /in_(flight|progress)/.test(codeOf(reply) ?? '');
}

/** The `code` of a problem. */
export function codeOf(reply: Reply): string | undefined {
  return memberOf(reply, 'code');
}

/** The order that an answer to placing one is about: it is the answer, or a problem that names it. */
export function orderIdOf(reply: Reply): string | undefined {
  return memberOf(reply, 'orderId') ?? (codeOf(reply) === undefined ? memberOf(reply, 'id') : undefined);
}

function memberOf(reply: Reply, name: string): string | undefined {
  const body = 'body' in reply ? reply.body : undefined;
  const member = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `ECONNREFUSED` and its like where there is one, else the error's name. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown }; name: string };
  return typeof cause?.code === 'string' ? cause.code : name;
}
