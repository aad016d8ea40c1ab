/** A complete, well-formed answer of the next hop. */
export interface HopAnswer {
  readonly status: number;
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body, or undefined where there is none. It is the other service's word: validate it. */
  readonly body: unknown;
}

/** The next hop's answer to a request that it refused. */
export type RefusedAnswer = HopAnswer & { readonly status: 401 | 403 };

/**
 * No complete, well-formed answer came: time-out, lost connection, redirect, server error without JSON, garbage, too large.
 * What the next hop did is unknown, unless nothing was sent.
 */
export class HopUnknown extends Error {
  override readonly name = 'HopUnknown';
  /** Whether anything of the request can have reached the hop; false only where it certainly did not. */
  readonly sent: boolean;

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    readonly reason: string,
    { sent = true, ...options }: ErrorOptions & { readonly sent?: boolean } = {},
  ) {
    super(`no complete answer from ${hop}: ${reason}`, options);
    this.sent = sent;
  }
}
