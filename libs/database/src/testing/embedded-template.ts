import { cpSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from '../database-error.js';
import { startEngine } from '../embedded/engine.js';
import { prepareFolder } from '../embedded/folder.js';
import { lockFolder } from '../embedded/folder-lock.js';

const name = 'test';
const retryEveryMs = 100;

/**
 * Gives a folder the copy of an empty cluster. The first test of a run makes the cluster, which takes seconds; the
 * others wait for it and copy it, which does not.
 */
export async function copyTemplate(template: string, folder: string): Promise<void> {
  const source = prepareFolder(name, template);
  const unlock = await lockTemplate(template, source.lock);
  try {
    if (!existsSync(source.cluster) || existsSync(source.unfinished)) {
      const engine = await startEngine({ name, folder: template }, source);
      await engine.close();
    }
  } finally {
    unlock();
  }
  cpSync(source.cluster, prepareFolder(name, folder).cluster, { recursive: true });
}

async function lockTemplate(template: string, lock: string): Promise<() => void> {
  for (;;) {
    try {
      return lockFolder(name, template, lock);
    } catch (error) {
      if (!(error instanceof DatabaseError && /in use/.test(error.message))) throw error;
      await sleep(retryEveryMs);
    }
  }
}
