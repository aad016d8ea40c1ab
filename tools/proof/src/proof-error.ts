/** The proof cannot be made as it was asked for; the message ends in the remedy. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
}
