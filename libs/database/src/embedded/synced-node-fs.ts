import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Engine = Parameters<NodeFS['init']>[1];

/** The WASI error number of EIO, with which PostgreSQL panics as it must. */
const inputOutputError = 29;

/**
 * Files whose `fsync` reaches the disk. PGlite's own NodeFS has none, so that PostgreSQL believes every sync done;
 * `fdatasync` cannot be routed, hence `wal_sync_method=fsync` beside it.
 */
export class SyncedNodeFS extends NodeFS {
  override async init(pg: PGlite, options: Engine): Promise<{ emscriptenOpts: Engine }> {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [...(emscriptenOpts.preRun ?? []), ({ NODEFS }: PGlite['Module']) => routeFsync(NODEFS)];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

function routeFsync(files: object): void {
  const { stream_ops } = files as { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
  stream_ops.fsync = ({ nfd }) => {
    try {
      fsyncSync(nfd);
      return 0;
    } catch {
      return inputOutputError;
    }
  };
}

/** Syncs every file and folder below, and the folder that names it: what `initdb` wrote was not. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) syncPath(`${entry.parentPath}/${entry.name}`);
  }
  syncPath(folder);
  syncPath(dirname(folder));
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
