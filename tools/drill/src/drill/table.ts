import type { Outcome } from '@waybill/auth/testing';

const marks = { withstood: 'ok', failed: 'FAILED', skipped: '-' } as const;

/** The line above the cases of a family. */
export function heading(family: string): string {
  return `\n${family}`;
}

/** The line of one case: what came of it, the answer that was expected, the case, and what there is to say. */
export function row({ result, expected, name, because }: Outcome): string {
  return `  ${marks[result].padEnd(7)}${expected}  ${printable(name)}${because === undefined ? '' : ` — ${printable(because)}`}`;
}

/** Counts what came of the cases. */
export class Tally {
  private readonly counts = { withstood: 0, failed: 0, skipped: 0 };

  add({ result }: Outcome): void {
    this.counts[result] += 1;
  }

  count(result: Outcome['result']): number {
    return this.counts[result];
  }

  summary(): string {
    const { withstood, failed, skipped } = this.counts;
    return `${withstood} withstood, ${failed} failed, ${skipped} skipped`;
  }
}

/** Case names and answers may hold control characters; a terminal must not obey them. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
