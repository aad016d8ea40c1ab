import { parseArgs } from 'node:util';
import type { DatabaseKind } from './stage/index.js';

export const help = `Measures how soon what was taken back is refused: runs the shop as real processes, signs in, orders, takes tokens back in every
way, and asks order, payment and auth until they refuse them. Then the same while auth is killed and away, order is cut off
from the news, order is killed, and Redis is flushed.

  npm run measure:revocation
  npm run measure:revocation -- --database embedded --samples 10

  --database <name>    embedded, postgres or both. Default: both. For PostgreSQL a server of its own is started, so its
                       server programs (initdb, pg_ctl) have to be installed; there auth has two replicas, and order
                       hears from the one that takes nothing back.
  --samples <number>   How often each way is measured. Default: 100.
  --bound <ms>         How soon a token has to be refused everywhere while nothing is wrong. Default: 1000.

Exit code: 0 nothing passed that must not, 1 something did (the logs are kept, and it says where), 2 it could not be run.`;

/** What the command line asks for. */
export interface MeasureCommand {
  readonly databases: readonly DatabaseKind[];
  readonly samples: number;
  readonly boundMs: number;
}

/** The command line is wrong, or it cannot be measured here. The message ends in the remedy. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const flags = {
  help: { type: 'boolean', short: 'h' },
  database: { type: 'string', default: 'both' },
  samples: { type: 'string', default: '100' },
  bound: { type: 'string', default: '1000' },
} as const;

const databases: Readonly<Record<string, readonly DatabaseKind[]>> = {
  embedded: ['embedded'],
  postgres: ['postgres'],
  both: ['embedded', 'postgres'],
};

/** Reads the command line. @throws CommandError */
export function readCommand(args: readonly string[]): MeasureCommand | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const kinds = Object.hasOwn(databases, values.database) ? databases[values.database] : undefined;
  if (!kinds) throw new CommandError(`--database takes embedded, postgres or both, not "${values.database}".`);
  return {
    databases: kinds,
    samples: whole('samples', values.samples, 100_000),
    boundMs: whole('bound', values.bound, 60_000),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)} Try --help.`);
  }
}

function whole(name: string, text: string, most: number): number {
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > most)
    throw new CommandError(`--${name} takes a whole number from 1 to ${most}, not "${text}".`);
  return Number(text);
}
