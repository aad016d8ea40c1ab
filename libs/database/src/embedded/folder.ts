import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseError } from '../database-error.js';
import { databaseReason } from '../failure/causes.js';

/** Where the parts of one embedded database lie. */
export interface EmbeddedFolder {
  /** PostgreSQL's own files. */
  readonly cluster: string;
  /** Held by the process that has the folder open. */
  readonly lock: string;
  /** There while the cluster is being made. */
  readonly unfinished: string;
}

/**
 * Makes the folder where it is missing and sees that it can be written to.
 * @throws DatabaseError
 */
export function prepareFolder(name: string, path: string): EmbeddedFolder {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(name, folder, error);
  }
  return { cluster: join(folder, 'cluster'), lock: join(folder, 'lock'), unfinished: join(folder, 'unfinished') };
}

/** Step by step: Node's own recursive `mkdir` never returns where a file system answers ENOENT, as /proc does. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const madeMeanwhile = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
    if (!madeMeanwhile) throw error;
  }
}

/** The folder cannot hold a database, and why. */
export function unwritable(name: string, folder: string, error: unknown): DatabaseError {
  return new DatabaseError(
    `${name}: the data folder ${folder} cannot be written to (${databaseReason(error)}). Give this process the right to write there, or name another folder with WAYBILL_DATA_DIR.`,
    { cause: error },
  );
}

/**
 * Makes a cluster so that a process killed half-way leaves nothing that the next one would take for a database: what
 * is marked unfinished never held a row, and is made anew. A cluster without the mark is never removed.
 */
export async function makeOnce<T>(folder: EmbeddedFolder, open: () => Promise<T>): Promise<T> {
  if (existsSync(folder.unfinished)) rmSync(folder.cluster, { recursive: true, force: true });
  else if (existsSync(folder.cluster)) return open();
  writeFileSync(folder.unfinished, '');
  const opened = await open();
  rmSync(folder.unfinished);
  return opened;
}
