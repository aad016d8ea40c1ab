/** An error and what caused it, outermost first. Drizzle wraps what the drivers throw, and sockets wrap once more. */
export function* causesOf(error: unknown): Generator<Error> {
  const seen = new Set<unknown>();
  for (let current = error; current instanceof Error && !seen.has(current); current = current.cause) {
    seen.add(current);
    yield current;
    if (current instanceof AggregateError) yield* current.errors.flatMap((inner) => [...causesOf(inner)]);
  }
}

/** The `code` of an error: an SQLSTATE (`23505`) or a system error's name (`ECONNREFUSED`). */
export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What went wrong in the words of the innermost error, fit for a log. Drizzle's own message is not: it repeats the
 * query with its parameters.
 */
export function databaseReason(error: unknown): string {
  const innermost = [...causesOf(error)].at(-1);
  if (innermost === undefined) return String(error);
  return innermost.message || codeOf(innermost) || innermost.name;
}
