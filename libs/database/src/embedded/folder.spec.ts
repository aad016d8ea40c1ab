import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOnce, prepareFolder } from './folder.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'waybill-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('makes the folder and its parents', () => {
  const { lock } = prepareFolder('sample', join(root, 'a/b/c'));
  expect(lock).toBe(join(root, 'a/b/c/lock'));
  expect(existsSync(join(root, 'a/b/c'))).toBe(true);
});

test('makes a cluster anew when the process that made it died half-way', async () => {
  const folder = prepareFolder('sample', root);
  await expect(
    makeOnce(folder, async () => {
      mkdirSync(folder.cluster);
      writeFileSync(join(folder.cluster, 'half'), '');
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');

  await makeOnce(folder, async () => expect(existsSync(folder.cluster)).toBe(false));
  expect(existsSync(folder.unfinished)).toBe(false);
});

test('never removes a cluster that was finished', async () => {
  const folder = prepareFolder('sample', root);
  await makeOnce(folder, async () => mkdirSync(folder.cluster));
  writeFileSync(join(folder.cluster, 'rows'), '');

  await makeOnce(folder, async () => expect(existsSync(join(folder.cluster, 'rows'))).toBe(true));
});
