/** The drill cannot be held as it was asked for; the message ends in the remedy. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
}
