import type { AxiosInstance, AxiosResponse } from 'axios';
import { type RequestKey, signRequest } from '../proof/index.js';
import type { AuthoritySource } from './authority-source.js';
import { remainingMs, withDeadline } from './deadline.js';
import { type HopAnswer, HopUnknown } from './hop-answer.js';
import { codeOf, sendOnce } from './send-once.js';
import { resolveAt, type Target } from './target.js';

const visible = /^[\x21-\x7e]{1,255}$/;
const maxAnswerBytes = 1024 * 1024;
/** The most that `Request-Timeout-Ms` can say. */
const maxTimeoutMs = 999_999;
/** No connection was made, so nothing was sent over one. */
const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** A request to the next hop. */
export interface HopRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query at the target; it starts with a single "/". */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** 1–255 visible ASCII characters. */
  readonly idempotencyKey?: string;
  /** What the call needs at the target: a token that is got by exchange carries these and no other. */
  readonly scopes?: readonly string[];
}

/** What a client of one target works with. */
export interface HopClientOptions {
  readonly http: AxiosInstance;
  readonly target: Target;
  /** With whose authority it calls. */
  readonly authority: AuthoritySource;
  readonly signingKey?: RequestKey;
}

/** Calls one target, with the authority of the request that is being handled or with this service's own. */
export class HopClient {
  constructor(private readonly options: HopClientOptions) {}

  /** The target's identifier in `aud`. */
  get audience(): string {
    return this.options.target.audience;
  }

  /**
   * Says, before anything is stored or sent, whether the caller's authority may travel to this target, for what a call needs.
   * A token that is to be exchanged is exchanged here, within the time that a call may take.
   * @throws AudienceMissing, TokenInvalid, TokenNotRelayable, ScopeInsufficient, AuthorityUnavailable, ExchangeMisconfigured;
   * TypeError outside of a guarded request, where this client acts as the service, or without the scopes that an exchange needs
   */
  async ensureAllowed(scopes: readonly string[] = []): Promise<void> {
    const { authority, target } = this.options;
    await withDeadline(target.timeoutMs, () => authority.ensureAllowed(scopes));
  }

  /**
   * Sends one request; no redirect is followed and nothing is retried. It takes no longer than the target may in all, nor
   * than what is left of the present deadline (`withDeadline`), and tells the target how long that is.
   * @returns any complete answer but 401 and 403
   * @throws HopRefusal and HopMisconfigured for those, HopUnknown without a complete answer; with the caller's authority what
   * `ensureAllowed` throws, and as this service ServiceTokenUnavailable where no token is to be had: then nothing was sent
   */
  async request(request: HopRequest): Promise<HopAnswer> {
    if (!visible.test(request.idempotencyKey ?? '-'))
      throw new TypeError('An idempotency key is 1 to 255 visible characters.');
    const { target } = this.options;
    const url = resolveAt(target, request.path);
    return withDeadline(target.timeoutMs, () => this.call(request, url));
  }

  private async call(request: HopRequest, url: URL): Promise<HopAnswer> {
    const { authority } = this.options;
    this.timeoutMs();
    const { scopes = [] } = request;
    const token = await authority.accessToken(scopes);
    const answer = await this.send(request, url, token);
    const { status } = answer;
    if (status === 401 || status === 403) throw authority.refusal(token, { ...answer, status }, scopes);
    return answer;
  }

  private async send(request: HopRequest, url: URL, token: string): Promise<HopAnswer> {
    const { http, target } = this.options;
    const body = request.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(request.body));
    const timeoutMs = this.timeoutMs();
    const headers = this.fields(request, { url, body, token, timeoutMs });
    const answer = await sendOnce(http, {
      url,
      method: request.method,
      headers,
      body,
      timeoutMs,
      maxAnswerBytes,
    }).catch((cause: unknown) => {
      const code = codeOf(cause);
      throw new HopUnknown(target.audience, code, { sent: !unsent.includes(code) }); // without the cause: it holds the token
    });
    return readAnswer(target.audience, answer);
  }

  /** What is left of the present deadline, milliseconds, a part of one as a whole. @throws HopUnknown where that is nothing */
  private timeoutMs(): number {
    const { audience, timeoutMs } = this.options.target;
    const left = Math.ceil(remainingMs() ?? timeoutMs);
    if (left < 1) throw new HopUnknown(audience, 'deadline_passed', { sent: false });
    return left;
  }

  private fields({ method, idempotencyKey }: HopRequest, { url, body, token, timeoutMs }: Sending): Fields {
    const { authority, signingKey } = this.options;
    const clientAddress = signingKey && authority.clientAddress(); // unsigned it would be anybody's word
    const fields = {
      authorization: `Bearer ${token}`,
      ...(body.byteLength > 0 && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      'request-timeout-ms': String(Math.min(timeoutMs, maxTimeoutMs)),
      ...(clientAddress !== undefined && { 'client-address': clientAddress }),
    };
    const message = { method, authority: url.host, target: url.pathname + url.search, fields };
    return { accept: 'application/json', ...fields, ...(signingKey && signRequest(message, body, signingKey)) };
  }
}

type Fields = Record<string, string>;

interface Sending {
  readonly url: URL;
  readonly body: Buffer;
  readonly token: string;
  readonly timeoutMs: number;
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
