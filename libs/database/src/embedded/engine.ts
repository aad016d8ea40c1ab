import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { DatabaseOptions } from '../database.js';
import { DatabaseError } from '../database-error.js';
import { databaseReason } from '../failure/causes.js';
import { exitAtOnce, fatalMessage } from './fatal.js';
import { type EmbeddedFolder, makeOnce } from './folder.js';
import { GuardedPGlite } from './guarded-pglite.js';
import { SyncedNodeFS, syncTree } from './synced-node-fs.js';

type EngineOptions = Pick<DatabaseOptions, 'name' | 'folder' | 'fsync' | 'onFatal'>;

/**
 * Starts the engine on a folder that this process has locked, and makes the cluster where there is none.
 * @throws DatabaseError
 */
export async function startEngine(options: EngineOptions, folder: EmbeddedFolder): Promise<PGlite> {
  const { name, fsync = false, onFatal = exitAtOnce } = options;
  try {
    return await makeOnce(folder, async () => {
      const engine = await GuardedPGlite.start(parameters(folder.cluster, fsync), (reason) =>
        onFatal(fatalMessage(name, options.folder, reason)),
      );
      if (fsync) syncTree(folder.cluster);
      return engine;
    });
  } catch (error) {
    throw new DatabaseError(
      `${name}: the embedded database in ${options.folder} does not start: ${databaseReason(error)}. Restore the folder from a copy, or remove it to begin anew.`,
      { cause: error },
    );
  }
}

/** 16 MB of buffers instead of 128: the engine is in the service's own memory. `-F` is what turns syncing off. */
function parameters(cluster: string, fsync: boolean): PGliteOptions {
  const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];
  if (!fsync) return { fs: new NodeFS(cluster), startParams };
  return {
    fs: new SyncedNodeFS(cluster),
    startParams: [...startParams.filter((parameter) => parameter !== '-F'), '-c', 'wal_sync_method=fsync'],
  };
}
