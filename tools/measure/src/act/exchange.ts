/** A request to one of the services. */
export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly token?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How long anything may take, milliseconds. */
const patienceMs = 10_000;

/** Asks once, over real HTTP. Rejects where there is no whole answer. */
export async function exchange(asking: Asking): Promise<Answer> {
  const { method = 'POST', url, token, json, form, headers } = asking;
  const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
  const response = await fetch(url, {
    method,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(patienceMs),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** Asks, and insists on a status. @throws Error with what was answered instead; it holds no token */
export async function insist(status: number | readonly number[], asking: Asking): Promise<Answer> {
  const answer = await exchange(asking);
  if ([status].flat().includes(answer.status)) return answer;
  const { pathname } = new URL(asking.url);
  throw new Error(
    `${asking.method ?? 'POST'} ${pathname} was answered ${answer.status} ${answer.body.code ?? answer.body.error ?? ''} instead of ${[status].flat().join(' or ')}`,
  );
}
