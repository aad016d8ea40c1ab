import { causesOf, codeOf } from './causes.js';

/** Whether a row was refused because its key exists (SQLSTATE 23505), optionally: by this constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return [...causesOf(error)].some(
    (cause) =>
      codeOf(cause) === '23505' &&
      (constraint === undefined || ('constraint' in cause && cause.constraint === constraint)),
  );
}
