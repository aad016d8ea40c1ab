import type { AxiosInstance, AxiosResponse } from 'axios';
import { type SignatureKey, signRequest } from '../proof/index.js';
import { TokenInvalid } from '../refuse/index.js';
import { type Authority, currentAuthority } from './authority.js';
import { type HopAnswer, HopUnknown } from './hop-answer.js';
import { AudienceMissing, hopRefusal } from './hop-refusal.js';
import { resolveAt, type Target } from './target.js';

const visible = /^[\x21-\x7e]{1,255}$/;
const maxAnswerBytes = 1024 * 1024;

/** A request to the next hop. */
export interface HopRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query at the target; it starts with a single "/". */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** 1–255 visible ASCII characters. */
  readonly idempotencyKey?: string;
}

/** What a client of one target works with. */
export interface HopClientOptions {
  readonly http: AxiosInstance;
  readonly target: Target;
  readonly clockToleranceSeconds: number;
  readonly signingKey?: SignatureKey;
}

/** Calls one target, relaying the access token of the request that is being handled. */
export class HopClient {
  constructor(private readonly options: HopClientOptions) {}

  /** The target's identifier in `aud`. */
  get audience(): string {
    return this.options.target.audience;
  }

  /**
   * Says, before anything is stored or sent, whether the caller's token may travel to this target.
   * @throws AudienceMissing, TokenInvalid; TypeError outside of a guarded request
   */
  ensureRelayable(): void {
    this.relayable();
  }

  /**
   * Sends one request; no redirect is followed and nothing is retried.
   * @returns any complete answer but 401 and 403
   * @throws HopRefusal and HopMisconfigured for those, HopUnknown without a complete answer, and what `ensureRelayable` throws
   */
  async request(request: HopRequest): Promise<HopAnswer> {
    if (!visible.test(request.idempotencyKey ?? '-'))
      throw new TypeError('An idempotency key is 1 to 255 visible characters.');
    const { token } = this.relayable();
    const answer = await this.send(request, token);
    const { status } = answer;
    if (status === 401 || status === 403) throw hopRefusal(this.options.target.audience, { ...answer, status });
    return answer;
  }

  private relayable(): Authority {
    const { target, clockToleranceSeconds } = this.options;
    const authority = currentAuthority();
    if (!authority) {
      throw new TypeError(
        `There is no caller whose authority could travel to ${target.audience}. Call it while a guarded request is handled.`,
      );
    }
    if (!authority.caller.audience.includes(target.audience)) throw new AudienceMissing(target.audience);
    if (authority.caller.expiresAt + clockToleranceSeconds <= Date.now() / 1000)
      throw new TokenInvalid('exp.passed_before_hop');
    return authority;
  }

  private async send(request: HopRequest, token: string): Promise<HopAnswer> {
    const { http, target } = this.options;
    const url = resolveAt(target, request.path);
    const body = request.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(request.body));
    try {
      const response = await http.request<Buffer>({
        url: url.href,
        method: request.method,
        headers: this.fields(request, url, body, token),
        data: body.byteLength > 0 ? body : undefined,
        signal: AbortSignal.timeout(target.timeoutMs),
        maxRedirects: 0,
        proxy: false,
        responseType: 'arraybuffer',
        maxContentLength: maxAnswerBytes,
        transformRequest: [],
        transformResponse: [],
        validateStatus: () => true,
      });
      return readAnswer(target.audience, response);
    } catch (cause) {
      throw cause instanceof HopUnknown ? cause : new HopUnknown(target.audience, codeOf(cause));
    }
  }

  private fields(
    { method, idempotencyKey }: HopRequest,
    url: URL,
    body: Buffer,
    token: string,
  ): Record<string, string> {
    const fields = {
      authorization: `Bearer ${token}`,
      ...(body.byteLength > 0 && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const { signingKey } = this.options;
    const message = { method, authority: url.host, target: url.pathname + url.search, fields };
    return { accept: 'application/json', ...fields, ...(signingKey && signRequest(message, body, signingKey)) };
  }
}

function readAnswer(hop: string, { status, headers, data }: AxiosResponse<Buffer>): HopAnswer {
  if (status >= 300 && status < 400) throw new HopUnknown(hop, `redirect (${status})`);
  const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status, headers: Object.fromEntries(fields), body: readJson(hop, data) };
}

function readJson(hop: string, data: Buffer): unknown {
  if (data.byteLength === 0) return undefined;
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    throw new HopUnknown(hop, 'the answer is not JSON'); // without the cause: its message quotes the answer
  }
}

/** An error's code, and nothing else of it: an axios error holds the request with its token. */
function codeOf(cause: unknown): string {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}
