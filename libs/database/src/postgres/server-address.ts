import { DatabaseError } from '../database-error.js';

/** Where a PostgreSQL server is, in a form that may be shown: `127.0.0.1:5432/order`, without user and password. */
export type ServerAddress = string;

/**
 * Checks a connection URL and gives what of it may be shown.
 * @throws DatabaseError whose message repeats no part of the URL, since a password may stand in any.
 */
export function serverAddress(name: string, url: string): ServerAddress {
  const parsed = URL.parse(url);
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) throw malformed(name, 'is not one');
  if (![parsed.username, parsed.password, parsed.pathname].every(isDecodable)) {
    throw malformed(name, 'holds a % that encodes nothing (write it as %25)');
  }
  if (parsed.pathname.length < 2) throw malformed(name, 'names no database');
  return `${parsed.hostname || 'localhost'}:${parsed.port || '5432'}${parsed.pathname}`;
}

function malformed(name: string, what: string): DatabaseError {
  return new DatabaseError(
    `${name}: the database URL ${what}. Set DATABASE_URL to postgres://user:password@host:5432/database.`,
  );
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
