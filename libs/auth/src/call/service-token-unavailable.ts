/** This service could not get a token of its own, so nothing was sent to the next hop. A later attempt may succeed. */
export class ServiceTokenUnavailable extends Error {
  override readonly name = 'ServiceTokenUnavailable';
  readonly sent = false;

  constructor(
    /** The audience of the next hop. */
    readonly hop: string,
    /** For the log. It holds nothing of what the token endpoint wrote but an error code of RFC 6749 §5.2. */
    readonly reason: string,
  ) {
    super(`no token with which to call ${hop} as this service: ${reason}`);
  }
}
