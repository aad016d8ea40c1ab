import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../deployment/index.js';
import { ask, type Reply } from './reply.js';

/** A token is renewed when it lasts no longer than this, seconds. */
const leastSeconds = 15;
/** One that lasts so long will do while auth is away, seconds. */
const enoughSeconds = 3;
const pauseMs = 200;

/** How to sign in, and whom to tell what came of it. */
export interface SessionOptions {
  authUrl: string;
  credentials: Credentials;
  /** Hears every secret that auth gives out. */
  onSecret(...secrets: string[]): void;
  /** Hears of a refusal that should not have been. */
  onRefusal(line: string): void;
}

/** An access token that is good no longer, and when that was known, milliseconds since the epoch. */
export interface TakenBack {
  readonly token: string;
  readonly takenBackAt: number;
}

/** One person signed in, for as long as it takes: refreshes its token in time, and signs in again where the answer was lost. */
export class Session {
  private accessToken = '';
  private goodUntil = 0;
  private refreshToken: string | undefined;
  private renewal: Promise<void> | undefined;

  constructor(private readonly options: SessionOptions) {}

  /** Whose session it is. */
  get subject(): string {
    return this.options.credentials.username;
  }

  /** A token that is good for a while. Auth may be away: then this waits. Rejects when the signal is aborted meanwhile. */
  async token(signal: AbortSignal): Promise<string> {
    while (!this.lasts(leastSeconds)) {
      this.renewal ??= this.renew().finally(() => {
        this.renewal = undefined;
      });
      await this.renewal;
      if (this.lasts(enoughSeconds)) break;
      await delay(pauseMs, undefined, { signal });
    }
    return this.accessToken;
  }

  /**
   * Has auth revoke the access token alone, or the whole session by its refresh token (RFC 7009). Undefined where the answer
   * was lost: then nothing of it is used any more.
   */
  async takeBack(way: 'token' | 'session', signal: AbortSignal): Promise<TakenBack | undefined> {
    const token = await this.token(signal);
    const revoked = way === 'session' && this.refreshToken !== undefined ? this.refreshToken : token;
    const kept = revoked === token ? this.refreshToken : undefined;
    this.goodUntil = 0;
    this.refreshToken = undefined;
    const form = { token: revoked, client_id: 'shop' };
    const reply = await ask({ method: 'POST', url: `${this.options.authUrl}/revoke`, form });
    if ('lost' in reply || reply.status >= 429) return undefined;
    if (reply.status !== 200) this.refused(reply.status, reply.text);
    this.refreshToken = kept;
    return { token, takenBackAt: Date.now() };
  }

  private lasts(seconds: number): boolean {
    return Date.now() + seconds * 1000 < this.goodUntil;
  }

  private async renew(): Promise<void> {
    const reply = this.refreshToken === undefined ? await this.signIn() : await this.refresh(this.refreshToken);
    if ('lost' in reply || reply.status >= 429) return;
    if (reply.status !== 200) return this.refused(reply.status, reply.text);
    const tokens = reply.body as { access_token: string; refresh_token: string; expires_in: number };
    this.options.onSecret(tokens.refresh_token);
    this.accessToken = tokens.access_token;
    this.refreshToken = tokens.refresh_token;
    this.goodUntil = Date.now() + tokens.expires_in * 1000;
  }

  private signIn(): Promise<Reply> {
    const { authUrl, credentials } = this.options;
    return ask({ method: 'POST', url: `${authUrl}/login`, json: credentials });
  }

  /** Used once: where the answer is lost nobody knows whether it still works, and trying would end the session. */
  private async refresh(token: string): Promise<Reply> {
    this.refreshToken = undefined;
    const form = { grant_type: 'refresh_token', refresh_token: token, client_id: 'shop' };
    return ask({ method: 'POST', url: `${this.options.authUrl}/token`, form });
  }

  private refused(status: number, text: string): void {
    this.options.onRefusal(`${this.subject}: auth answered ${status} ${text.slice(0, 200)}`);
  }
}
