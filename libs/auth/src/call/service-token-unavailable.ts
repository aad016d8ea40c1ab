/** This service could not get a token to call the next hop with, so nothing was sent to it. A later attempt may succeed. */
export class ServiceTokenUnavailable extends Error {
  override readonly name = 'ServiceTokenUnavailable';
  readonly sent = false;

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    /** For the log. It holds nothing of what the token endpoint wrote but an error code. */
    readonly reason: string,
    /** The error code of the token endpoint (RFC 6749 §5.2, RFC 8693 §2.2.2), where it gave one. */
    readonly error?: string,
  ) {
    super(`no token with which to call ${hop}: ${reason}`);
  }
}
