import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ProofError } from './proof-error.js';

/**
 * The bytes of a file, or of standard input where it is "-".
 * @throws ProofError
 */
export async function bytesOf(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new ProofError(`${file} cannot be read: ${reasonOf(error)}. Name a file that can.`);
  }
}

/** The text of a file without white space around it: a key or a token, which no command line should show. */
export async function textOf(file: string): Promise<string> {
  return (await bytesOf(file)).toString().trim();
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
