import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare } from './compare/compare.js';
import { withTable } from './compare/markdown.js';

const file = join(import.meta.dirname, '../../../SECURITY.md');
const text = await readFile(file, 'utf8');
const current = withTable(text, await compare());

if (!process.argv.includes('--check')) await writeFile(file, current);
else if (current !== text) {
  console.error(
    'The comparison in SECURITY.md is not what the libraries do: run npm run compare and commit the result.',
  );
  process.exitCode = 1;
}
