/** An answer, its body read to the end. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** What to send: a JSON body, or form fields, with a token or without. */
export interface Sent {
  token?: string;
  json?: unknown;
  form?: Record<string, string>;
  /** The `Idempotency-Key`. */
  key?: string;
  headers?: Record<string, string>;
}

/** Sends a request over real HTTP: POST where there is something to send, otherwise GET. */
export async function send(url: string, { token, json, form, key, headers }: Sent = {}): Promise<Answer> {
  const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}
