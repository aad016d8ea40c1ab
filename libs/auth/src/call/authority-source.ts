import type { Refusal } from '../refuse/index.js';
import type { RefusedAnswer } from './hop-answer.js';

/** Where the authority comes from with which one target is called. */
export interface AuthoritySource {
  /**
   * Says, before anything is stored or sent, whether the caller's authority may travel to the target.
   * @throws what says why not
   */
  ensureRelayable(): void;
  /**
   * The access token to send, within the present deadline.
   * @throws what says why there is none; then nothing is sent
   */
  accessToken(): Promise<string>;
  /** Where the caller's request came from, which a signed request tells the target; undefined where there is no caller. */
  clientAddress(): string | undefined;
  /** What it means that the target refused a request with this token. */
  refusal(token: string, answer: RefusedAnswer): Refusal;
}
