/**
 * One thing that was taken back. `lifetimeSeconds` is how long after it was told the last token that it concerns can still
 * be alive, by the issuer's own clock: counted from its receipt it never ends too early, whatever this machine's clock says.
 */
export type Revocation =
  | { readonly kind: 'token'; readonly tokenId: string; readonly lifetimeSeconds: number }
  | { readonly kind: 'session'; readonly sessionId: string; readonly lifetimeSeconds: number }
  | {
      readonly kind: 'scopes';
      readonly sessionId: string;
      readonly scopes: readonly string[];
      readonly lifetimeSeconds: number;
    }
  | { readonly kind: 'key'; readonly keyId: string; readonly lifetimeSeconds: number };

/** What can be taken back: a token, a session with all its tokens, scopes of a session, a key with all that it signed. */
export type RevocationKind = Revocation['kind'];
