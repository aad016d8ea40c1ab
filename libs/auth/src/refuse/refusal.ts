/** The authentication schemes under which an access token is presented (RFC 6750 §2.1, RFC 9449 §7.1). */
export type Scheme = 'Bearer' | 'DPoP';

/** What every refusal says: to the client (`status`, `code`, `title`, `detail`, `challenge`) and to the operator alone (`reason`). */
export interface RefusalTerms {
  readonly status: 400 | 401 | 403 | 503;
  /** Stable code on the wire: the RFC 6750 §3.1 error where there is one. */
  readonly code: string;
  readonly title: string;
  /** The same for every cause of one code: it never says why a token was refused. */
  readonly detail: string;
  /** Absent: no challenge. Parameters are added to the realm. */
  readonly challenge?: Readonly<Record<string, string>>;
  /** The schemes that are challenged. Absent: the one under which the token was presented. */
  readonly schemes?: readonly Scheme[];
  /** Further header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem details (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
}

/**
 * A request was not let through. The kinds in this folder are siblings: each states its own terms, and none is a
 * special case of another. `reason` is for logs only and holds neither a token nor a key nor a claim's value.
 */
export abstract class Refusal extends Error {
  abstract readonly terms: RefusalTerms;

  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = new.target.name;
  }
}
