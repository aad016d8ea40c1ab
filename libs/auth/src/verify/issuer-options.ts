import type { Algorithm } from './algorithm.js';

/** A message of a stream of server-sent events. */
export interface StreamMessage {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

/** The security events of an issuer without HTTP: for the issuer itself, which need not ask itself over the network. */
export interface IssuerEvents {
  /** The stream after a position (`<log>:<seq>`), or with a snapshot where there is none. It ends with the signal. */
  open(signal: AbortSignal, lastEventId?: string): AsyncIterable<StreamMessage>;
  /** Answers the JWK Set of the keys that sign the events. */
  jwks(): Promise<unknown>;
}

/** An issuer whose access tokens are accepted. The defaults are strict; what a guide relaxes, it relaxes by name. */
export interface IssuerOptions {
  /** The exact value of `iss`. */
  readonly issuer: string;
  /** This service's own identifier, which `aud` must name. It must not be the id of a client that signs people in. */
  readonly audience: string;
  /** Where the issuer's keys are. Default: found by discovery (RFC 8414, OpenID Connect Discovery). */
  readonly jwksUri?: string;
  /** Answers the issuer's JWK Set without HTTP: for the issuer itself, which need not ask itself over the network. */
  readonly jwks?: () => Promise<unknown>;
  /**
   * Instead of keys: a secret of at least 32 bytes that is shared with the issuer, for HS256. For migration only: who
   * can verify with it can also mint.
   */
  readonly secret?: string;
  /** Signature algorithms to accept. Default: ES256, RS256, PS256; with a `secret`: HS256, and no other. */
  readonly algorithms?: readonly Algorithm[];
  /**
   * Where the scopes stand: a claim (`scp`), or a path of claims (`realm_access.roles`; as an array where a name holds a
   * dot). A string is space-delimited, an array is a list. Default: `service_scopes` and `scope`, which must agree.
   */
  readonly scopeClaim?: string | readonly string[];
  /**
   * Media types of the header's `typ` to accept. Default: `at+jwt` (RFC 9068 §2.1). An issuer that writes another one,
   * say `JWT`, writes it on its ID tokens too; such a token has to show by its claims that it is an access token.
   */
  readonly typ?: readonly string[];
  /** Whether `jti` must be there. Default: true. Without it, one token cannot be told from another. */
  readonly requireJti?: boolean;
  /** The longest `exp − iat` to accept, seconds. Default: 900. */
  readonly maxLifetimeSeconds?: number;
  /**
   * Where the issuer tells what it has taken back: its stream of signed security events, which is read with the service's
   * `clientCredentials` and the scope `events.read`; the keys that sign it are at `<eventsUrl>/jwks.json`. Default: none, and
   * then a token is good until it expires.
   */
  readonly eventsUrl?: string;
  /** The same without HTTP, for the issuer itself. */
  readonly events?: IssuerEvents;
}

const members: Readonly<Record<keyof IssuerOptions, true>> = {
  issuer: true,
  audience: true,
  jwksUri: true,
  jwks: true,
  secret: true,
  algorithms: true,
  scopeClaim: true,
  typ: true,
  requireJti: true,
  maxLifetimeSeconds: true,
  eventsUrl: true,
  events: true,
};

/**
 * Refuses an option that does not exist: a check that nobody makes must not look as if it were made.
 * @throws TypeError with the remedy
 */
export function requireKnownMembers(options: IssuerOptions): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(members, name));
  if (unknown.length > 0) {
    throw new TypeError(
      `The issuer ${options.issuer} has the unknown option ${unknown.join(', ')}. The options are: ${Object.keys(members).join(', ')}.`,
    );
  }
}
