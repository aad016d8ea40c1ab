import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { developmentSecret } from './development-secrets.js';

const newFolder = () => mkdtempSync(join(tmpdir(), 'waybill-secrets-'));
const keysOf = (folder: string) => join(folder, 'development-keys.json');

test('gives the same secret again, another for another name, and others in another folder', () => {
  const [here, there] = [newFolder(), newFolder()];
  const first = developmentSecret(here, 'a');
  expect(developmentSecret(here, 'a')).toBe(first);
  expect(developmentSecret(here, 'b')).not.toBe(first);
  expect(developmentSecret(there, 'a')).not.toBe(first);
});

test('makes the folder, and leaves one file that only its owner reads', () => {
  const folder = join(newFolder(), 'deep', 'down');
  developmentSecret(folder, 'a');
  expect(readdirSync(folder)).toEqual(['development-keys.json']);
  expect(statSync(keysOf(folder)).mode & 0o777).toBe(0o600);
});

test('agrees with other processes that start at the same time', async () => {
  const folder = newFolder();
  const module = join(import.meta.dirname, '../../dist/configuration/index.js');
  const script = `const { developmentSecret } = await import(${JSON.stringify(module)});
    process.stdout.write(developmentSecret(${JSON.stringify(folder)}, 'a'));`;
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const secrets = await Promise.all(Array.from({ length: 4 }, run));
  expect(new Set(secrets.map(({ stdout }) => stdout))).toEqual(new Set([developmentSecret(folder, 'a')]));
});

test('refuses a file that is not what was written, with the remedy', () => {
  const folder = newFolder();
  writeFileSync(keysOf(folder), '{}');
  expect(() => developmentSecret(folder, 'a')).toThrow(/development-keys\.json is not what was written\. Delete it/);
});

test('refuses a folder that cannot be made, with the remedy', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => developmentSecret(join(folder, 'file'), 'a')).toThrow(
    /^WAYBILL_DATA_DIR: .* Set it to a folder that this process may write to\.$/,
  );
});
