import { existsSync, globSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const remedy =
  'PostgreSQL’s server programs (initdb, pg_ctl) are not here. Install PostgreSQL, or put their folder on the PATH.';

/** Where PostgreSQL has its server programs: the one on the PATH, else the newest; undefined where there is none. */
export function postgresPrograms(path: string = process.env.PATH ?? ''): string | undefined {
  const onPath = path.split(delimiter).map((folder) => join(folder, 'initdb'));
  const installed = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted((a, b) => versionOf(b) - versionOf(a));
  const initdb = [...onPath, ...installed].find((file) => existsSync(file));
  return initdb && dirname(realpathSync(initdb)); // a link on the PATH may be there without its siblings
}

/** Why a server of its own cannot be started here, with the remedy; undefined where it can. */
export function missingPostgres(): string | undefined {
  return postgresPrograms() === undefined ? remedy : undefined;
}

function versionOf(folder: string): number {
  return Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
}
