import type { Actor } from './actor.js';
import type { Confirmation } from './confirmation.js';

/** Who calls, as a verified access token says. Ownership is a matter of `issuer` and `subject` together. */
export interface Caller {
  readonly issuer: string;
  readonly subject: string;
  /** The OAuth client that obtained the token. */
  readonly clientId?: string;
  /** Who acts on the subject's behalf; absent: nobody but the client. It is for the log, and gives no right. */
  readonly actor?: Actor;
  readonly scopes: ReadonlySet<string>;
  readonly audience: readonly string[];
  /** `jti`: unique within the issuer. Absent only where the issuer is trusted with `requireJti: false`. */
  readonly tokenId?: string;
  /** `sid`: the session in which the token was issued. */
  readonly sessionId?: string;
  /** What the token is bound to; absent: to nothing, it is a bearer token. The guard has held the request against it. */
  readonly confirmation?: Confirmation;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}
