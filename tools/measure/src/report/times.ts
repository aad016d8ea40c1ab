import { spreadOf } from '@waybill/chaos';
import type { Times } from '../scenes/index.js';

/** The times to refusal as a table, milliseconds: one line a way, one column a guard, each `median / p99 / most`. */
export function timesTable(times: Times): string[] {
  const guards = [...new Set([...times.values()].flatMap((byGuard) => [...byGuard.keys()]))];
  const rows = [...times].map(([way, byGuard]) => [way, ...guards.map((guard) => cell(byGuard.get(guard) ?? []))]);
  const head = ['median / p99 / most, ms', ...guards];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) => row.map((text, column) => padded(text, widths[column] ?? 0, column)).join('  '));
}

/** How long an answer took, so that a slow machine shows. */
export function answerLine(answerTimes: readonly number[]): string {
  return `an answer took ${cell(answerTimes)} ms, whatever it was`;
}

function cell(times: readonly number[]): string {
  const spread = spreadOf(times);
  return spread ? [spread.p50, spread.p99, spread.most].map((ms) => ms.toFixed(0)).join(' / ') : '–';
}

function padded(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
