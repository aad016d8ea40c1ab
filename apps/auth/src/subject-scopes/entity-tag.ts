import { createHash } from 'node:crypto';
import type { SubjectScopes } from './subject-scopes.js';

/** The strong entity tag of what a subject may do (RFC 9110 §8.8.3): the same as long as that is the same. */
export function entityTagOf({ sub, scopes }: SubjectScopes): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([sub, scopes]))
    .digest('base64url')
    .slice(0, 22)}"`;
}

/** Whether an `If-Match` field names this tag, or any (RFC 9110 §13.1.1). A weak tag never matches. */
export function isMatch(ifMatch: string, tag: string): boolean {
  if (ifMatch.trim() === '*') return true;
  const tags = ifMatch.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.includes(tag as never);
}
