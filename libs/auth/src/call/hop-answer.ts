/** A complete, well-formed answer of the next hop. */
export interface HopAnswer {
  readonly status: number;
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body, or undefined where there is none. It is the other service's word: validate it. */
  readonly body: unknown;
}

/**
 * No complete, well-formed answer came: time-out, lost connection, redirect, server error without JSON, garbage, too large.
 * What the next hop did is unknown.
 */
export class HopUnknown extends Error {
  override readonly name = 'HopUnknown';

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`no complete answer from ${hop}: ${reason}`, options);
  }
}
