import { parseArgs } from 'node:util';
import { Scope } from '@waybill/contracts';
import { DatabaseError, databaseReason, openDatabase } from '@waybill/database';
import { ConfigurationError } from '@waybill/service-defaults';
import { authConfig } from '../config.js';
import { type AuthDatabase, databaseOptions } from '../database.js';
import { isScope } from '../grants/narrow.js';

/** A command line that cannot be carried out. The message says why, and what to do instead. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Whom a command line asks to add. */
export interface Addition {
  name: string;
  scopes: Scope[];
}

/** Reads `add NAME --scopes "a b"`; undefined where help is asked for. Throws CommandError. */
export function readAddition(args: readonly string[]): Addition | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [verb, name, ...rest] = positionals;
  if (verb !== 'add' || name === undefined || rest.length > 0 || values.scopes === undefined) {
    throw new CommandError('That is not how this command is used. Run it with --help.');
  }
  if (!/^[a-z0-9][a-z0-9._@+-]{0,63}$/.test(name)) {
    throw new CommandError('NAME must be 1–64 of a–z, 0–9 and . _ @ + -, and begin with a letter or a digit.');
  }
  return { name, scopes: readScopes(values.scopes) };
}

/** Runs a command. Where it fails, one line on standard error says why, and the exit status is 1. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${isForOperator(error) ? error.message : databaseReason(error)}\n`);
    process.exitCode = 1;
  }
}

/** What was thrown to be read. A failed query is not: its message repeats the values, which the database's own does not. */
function isForOperator(error: unknown): error is Error {
  return error instanceof CommandError || error instanceof ConfigurationError || error instanceof DatabaseError;
}

/** Opens the configured database for one piece of work. */
export async function withDatabase(work: (db: AuthDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(databaseOptions(authConfig()));
  try {
    await work(database.db);
  } finally {
    await database.close();
  }
}

function parse(args: readonly string[]) {
  try {
    const options = { scopes: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${(error as Error).message} Run it with --help.`, { cause: error });
  }
}

function readScopes(text: string): Scope[] {
  const names = new Set(text.split(' ').filter((name) => name !== ''));
  const unknown = [...names].filter((name) => !isScope(name));
  if (unknown.length === 0) return [...names].filter(isScope);
  throw new CommandError(`Unknown: ${unknown.join(', ')}. The scopes are ${Object.values(Scope).join(' ')}.`);
}
