import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from './configuration-error.js';

const fileSchema = z.object({ root: z.base64url().min(43) });

/**
 * A secret for development, the same for every service that uses the data folder and for every name of its own. It is
 * derived (HKDF, RFC 5869) from a root that the first service to ask writes into `development-keys.json`.
 *
 * @throws ConfigurationError when the folder cannot be written or the file cannot be used.
 */
export function developmentSecret(dataDir: string, name: string): string {
  return Buffer.from(hkdfSync('sha256', rootSecret(dataDir), '', `waybill development ${name}`, 32)).toString(
    'base64url',
  );
}

function rootSecret(dataDir: string): Buffer {
  const file = join(dataDir, 'development-keys.json');
  try {
    return readRoot(file) ?? createRoot(dataDir, file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([
      `WAYBILL_DATA_DIR: ${(error as Error).message}. Set it to a folder that this process may write to.`,
    ]);
  }
}

function readRoot(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseRoot(file, text);
}

function parseRoot(file: string, text: string): Buffer {
  try {
    return Buffer.from(fileSchema.parse(JSON.parse(text)).root, 'base64url');
  } catch {
    throw new ConfigurationError([
      `WAYBILL_DATA_DIR: ${file} is not what was written. Delete it, and it is made anew for all services.`,
    ]);
  }
}

/** Links a complete file to its name: of several services that start at once, one wins, and nobody reads half a file. */
function createRoot(dataDir: string, file: string): Buffer {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify({ root: randomBytes(32).toString('base64url') })}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return parseRoot(file, readFileSync(file, 'utf8'));
}
