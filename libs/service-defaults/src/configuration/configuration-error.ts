/** The environment cannot be used. The message has one line per variable that is wrong, each ending in its remedy. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
