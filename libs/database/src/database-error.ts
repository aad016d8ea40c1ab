/**
 * The database cannot be used as configured: the folder is taken or unwritable, the server is unreachable or refuses.
 * The message is one line that says which service, what is wrong and the remedy; it never holds a password.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}
