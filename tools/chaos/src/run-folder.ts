import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the data and logs of the runs. It stays until it is removed, so that what went wrong can be looked at. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /** @param name of the tool that runs, as it stands in the folder's name */
  static async make(name = 'chaos'): Promise<RunFolder> {
    const path = await mkdtemp(join(tmpdir(), `waybill-${name}-`));
    await chmod(path, 0o711); // PostgreSQL may run as another user
    return new RunFolder(path);
  }

  /** The folder of one run. */
  of(name: string): string {
    return join(this.path, name);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
