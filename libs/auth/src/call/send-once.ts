import type { AxiosInstance, AxiosResponse } from 'axios';

/** One HTTP request that carries a credential. */
export interface CredentialedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How long it may take in all, whole milliseconds. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/**
 * Sends it once, to this address and no other: no redirect, no proxy, no retry.
 * @returns any answer, whatever its status, read to its end
 * @throws what axios throws, which holds the credential: nothing but its `codeOf` may be told
 */
export function sendOnce(http: AxiosInstance, request: CredentialedRequest): Promise<AxiosResponse<Buffer>> {
  const { url, method, headers, body, timeoutMs, maxAnswerBytes } = request;
  return http.request<Buffer>({
    url: url.href,
    method,
    // A body that is not there has no media type; axios would announce one, which no signature covers.
    headers: body.byteLength > 0 ? headers : { ...headers, 'content-type': false },
    data: body.byteLength > 0 ? body : undefined,
    signal: AbortSignal.timeout(timeoutMs),
    maxRedirects: 0,
    proxy: false,
    responseType: 'arraybuffer',
    maxContentLength: maxAnswerBytes,
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
  });
}

/** An error's code, and nothing else of it. */
export function codeOf(cause: unknown): string {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}
