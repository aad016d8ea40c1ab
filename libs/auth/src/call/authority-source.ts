import type { Refusal } from '../refuse/index.js';
import type { RefusedAnswer } from './hop-answer.js';

/** Where the authority comes from with which one target is called. */
export interface AuthoritySource {
  /**
   * Says, before anything is stored or sent, whether the caller's authority may travel to the target, and gets what is
   * needed for that. `scopes` are those that the call needs.
   * @throws what says why not
   */
  ensureAllowed(scopes: readonly string[]): Promise<void>;
  /**
   * The access token to send, within the present deadline.
   * @throws what says why there is none; then nothing is sent
   */
  accessToken(scopes: readonly string[]): Promise<string>;
  /** Where the caller's request came from, which a signed request tells the target; undefined where there is no caller. */
  clientAddress(): string | undefined;
  /** What it means that the target refused a request with this token, which was got for these scopes. */
  refusal(token: string, answer: RefusedAnswer, scopes: readonly string[]): Refusal;
}
