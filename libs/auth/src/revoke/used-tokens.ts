/** One use of a token on a route that takes it a single time. `issuer` and `tokenId` (`iss` and `jti`) together name the token. */
export interface TokenUse {
  readonly issuer: string;
  readonly tokenId: string;
  /** From when on the token is refused in any case, seconds since the epoch: the record may be forgotten then. */
  readonly until: number;
  /** A digest of what the token is used for; absent: for what may not be repeated. */
  readonly purpose?: string;
}

/**
 * Remembers which tokens were used, for routes that take a token once. One record serves all replicas of a service: in SQL it is
 * `INSERT … ON CONFLICT (issuer, token_id) DO NOTHING`, and where that inserted nothing a look at the purpose that stands there.
 */
export interface UsedTokens {
  /** True where only this process remembers: a restart forgets, so a token that is older than the process must be refused. */
  readonly forgetsOnRestart: boolean;
  /**
   * Records a use, atomically: of many at once, one is the first.
   * @returns `first`; `repeat`: it was used before, for this very purpose; `used`: it was used before otherwise
   * @throws where the record cannot tell; the caller stays closed
   */
  use(use: TokenUse): Promise<'first' | 'repeat' | 'used'>;
}
