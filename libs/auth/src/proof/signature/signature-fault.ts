/** What is wrong with a signature, for the log: whoever holds a request against one turns it into an answer. */
export class SignatureFault extends Error {
  override readonly name = 'SignatureFault';

  constructor(readonly reason: string) {
    super(reason);
  }
}

/** @throws SignatureFault */
export function fault(reason: string): never {
  throw new SignatureFault(reason);
}
