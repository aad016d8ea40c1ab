import { parseArgs } from 'node:util';
import type { DatabaseKind } from './deployment/index.js';
import type { Authority } from './setting.js';

export const help = `Runs the shop while its processes are killed, the network between order and payment fails and PostgreSQL restarts, then
lets it heal and holds what the clients were told against what the services keep.

  npm run chaos
  npm run chaos -- --orders 150 --kills 15 --database embedded

  --database <name>   embedded, postgres or both. Default: both. For PostgreSQL a server of its own is started, so its
                      server programs (initdb, pg_ctl) have to be installed.
  --authority <name>  relay or exchange: how order carries its callers' authority on to payment. Default: relay.
  --orders <number>   How many orders the clients have to know of before it ends. Default: 10000.
  --kills <number>    How many processes have to be killed before it ends. Default: 1000.
  --minutes <number>  The longest that it may take on each database. Default: as long as it takes.
  --seed <number>     Repeats the choices of another run: which process dies how in each of its lives, what becomes of each
                      request on its way, what each customer wants. Not its timing, which is that of real processes.
                      Default: a random one, which is printed.
  --report <file>     Writes what came of it as Markdown.

Exit code: 0 nothing was violated, 1 something was (data and logs are kept, and it says where), 2 it could not be run.`;

/** What the command line asks for. */
export interface ChaosCommand {
  readonly databases: readonly DatabaseKind[];
  readonly authority: Authority;
  readonly orders: number;
  readonly kills: number;
  readonly minutes: number | undefined;
  readonly seed: number;
  readonly report: string | undefined;
}

/** The command line is wrong, or the run cannot be held here. The message ends in the remedy. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const flags = {
  help: { type: 'boolean', short: 'h' },
  database: { type: 'string', default: 'both' },
  authority: { type: 'string', default: 'relay' },
  orders: { type: 'string', default: '10000' },
  kills: { type: 'string', default: '1000' },
  minutes: { type: 'string' },
  seed: { type: 'string' },
  report: { type: 'string' },
} as const;

const databases: Readonly<Record<string, readonly DatabaseKind[]>> = {
  embedded: ['embedded'],
  postgres: ['postgres'],
  both: ['embedded', 'postgres'],
};

/** Reads the command line; `seed` gives a number where none is asked for. @throws CommandError */
export function readCommand(args: readonly string[], seed: () => number): ChaosCommand | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const kinds = databases[values.database];
  if (!kinds) throw new CommandError(`--database takes embedded, postgres or both, not "${values.database}".`);
  const { authority } = values;
  if (authority !== 'relay' && authority !== 'exchange')
    throw new CommandError(`--authority takes relay or exchange, not "${authority}".`);
  return {
    databases: kinds,
    authority,
    orders: whole('orders', values.orders, 1_000_000),
    kills: whole('kills', values.kills, 1_000_000),
    minutes: values.minutes === undefined ? undefined : whole('minutes', values.minutes, 10_000),
    seed: values.seed === undefined ? seed() : whole('seed', values.seed, 0xffff_ffff),
    report: values.report,
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
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new CommandError(`--${name} takes a whole number of at most ${most}, not "${text}".`);
  return Number(text);
}
