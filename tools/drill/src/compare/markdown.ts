import type { Acceptance, Comparison } from './compare.js';
import { libraries } from './library.js';

const begin = '<!-- comparison: written by npm run compare -->';
const end = '<!-- /comparison -->';
const marks: Readonly<Record<Acceptance, string>> = { refused: '', 'unless configured': '○', accepted: '●' };

/** The text with the table between its markers replaced. */
export function withTable(text: string, comparisons: readonly Comparison[]): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The text lacks the markers ${begin} and ${end}.`);
  return `${text.slice(0, from + begin.length)}\n\n${table(comparisons)}\n\n${text.slice(to)}`;
}

function table(comparisons: readonly Comparison[]): string {
  const accepted = comparisons.filter(({ acceptances }) => acceptances.some((each) => each !== 'refused'));
  return [
    `| of ${comparisons.length} hostile tokens, all refused by the guard | ${columns(({ name, version }) => `${name} ${version}`)} |`,
    `| --- | ${columns(() => '---')} |`,
    `| accepted with key and algorithm pinned | ${columns((_, index) => count(accepted, index, ['unless configured', 'accepted']))} |`,
    `| accepted even with every option | ${columns((_, index) => count(accepted, index, ['accepted']))} |`,
    '',
    '<details><summary>Case by case</summary>',
    '',
    `| | ${columns(({ name }) => name)} |`,
    `| --- | ${columns(() => '---')} |`,
    ...accepted.map(
      ({ family, name, acceptances }) =>
        `| ${family}: ${name.replaceAll('|', '\\|')} | ${acceptances.map((each) => marks[each]).join(' | ')} |`,
    ),
    '',
    '</details>',
  ].join('\n');
}

function columns(cell: (library: (typeof libraries)[number], index: number) => string): string {
  return libraries.map(cell).join(' | ');
}

function count(comparisons: readonly Comparison[], index: number, counted: readonly Acceptance[]): string {
  return String(comparisons.filter(({ acceptances }) => counted.includes(acceptances[index] ?? 'refused')).length);
}
