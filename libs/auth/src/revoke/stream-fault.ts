/** The stream of security events is not what it must be, or cannot be had. The reason is for the log; nothing of the message stands in it. */
export class StreamFault extends Error {
  override readonly name = 'StreamFault';

  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
