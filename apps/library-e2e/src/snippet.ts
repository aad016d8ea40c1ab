import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The code with which the README guards a route of one's own service, and what it says about that route. */
export interface Snippet {
  /** A module that exports `AppModule` and trusts the issuer at `TOKEN_ISSUER`. */
  code: string;
  path: string;
  scope: string;
  audience: string;
}

const repo = join(import.meta.dirname, '../../..');

/** Reads the fenced block after `<!-- guard-snippet -->` in the README. */
export function readmeSnippet(): Snippet {
  const readme = readFileSync(join(repo, 'README.md'), 'utf8');
  const code = find(readme, /<!-- guard-snippet -->\s*```(?:ts|typescript)\n(.*?)```/s);
  const path = `/${find(code, /@Controller\('([^']*)'\)/)}/${find(code, /@Get\((?:'([^']*)')?\)/)}`;
  return {
    code,
    path: path.replace(/\/+$/, ''),
    scope: find(code, /@Scopes\('([^']+)'\)/),
    audience: find(code, /audience: '([^']+)'/),
  };
}

function find(text: string, pattern: RegExp): string {
  const match = pattern.exec(text);
  if (!match) throw new Error(`The README's snippet does not match ${pattern}.`);
  return match[1] ?? '';
}
