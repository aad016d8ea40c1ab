import { DatabaseSync } from 'node:sqlite';
import { DatabaseError } from '../database-error.js';
import { unwritable } from './folder.js';

const sqliteBusy = 5;

/**
 * Takes the exclusive lock of a folder, since two processes on one cluster corrupt it silently. SQLite holds it as a
 * lock of the operating system, which a killed process cannot leave behind.
 * @returns what frees it
 * @throws DatabaseError when another process has it
 */
export function lockFolder(name: string, folder: string, path: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    throw isBusy(error) ? inUse(name, folder) : unwritable(name, folder, error);
  }
  const held = lock;
  return () => held.close();
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
}

function inUse(name: string, folder: string): DatabaseError {
  return new DatabaseError(
    `${name}: the data folder ${folder} is in use by another process. Stop that process, name another folder with WAYBILL_DATA_DIR, or use PostgreSQL (DATABASE_URL), which several processes may share.`,
  );
}
