import { complaints, type Watch } from '../watch/index.js';

/** What one guard did with a token that was taken back, in a line: when it last let it pass, from when it was closed, from when it refused. */
export function storyOf(watch: Watch, takenBackAt: number): string {
  const seen = watch.since(takenBackAt);
  const at = (moment: number) => `${((moment - takenBackAt) / 1000).toFixed(2)} s`;
  const passed = seen.findLast(({ verdict }) => verdict === 'passed');
  const closed = seen.find(({ verdict }) => verdict === 'closed');
  const refused = seen.find(({ verdict }) => verdict === 'refused');
  const parts = [
    passed ? `let it pass until ${at(passed.askedAt)}` : 'never let it pass',
    ...(closed ? [`closed from ${at(closed.answeredAt)}`] : []),
    refused ? `refused it from ${at(refused.answeredAt)}` : 'did not refuse it',
  ];
  return `${watch.name.padEnd(18)} ${parts.join(', ')}`;
}

/** Complaints about guards that let a token pass which all of them had refused before `refusedAt`. */
export function resurrections(watches: readonly Watch[], refusedAt: number): string[] {
  const expectation = { what: 'a token that was refused before', takenBackAt: refusedAt, goodUntil: refusedAt };
  return watches.flatMap((watch) => complaints(watch, expectation));
}

/**
 * Complaints about guards that did not go on while news was missing: a token that nobody took back must pass on ordinary routes
 * all the time, and on sensitive ones again at the end.
 */
export function interruptions(watches: readonly Watch[], from: number): string[] {
  return watches.flatMap((watch) => {
    const seen = watch.since(from);
    const other = seen.find(({ verdict }) => verdict !== 'passed');
    const last = seen.at(-1)?.verdict;
    if (!watch.probe.sensitive && other) return [`${watch.name} answered "${other.verdict}" to a good token`];
    return last === 'passed' ? [] : [`${watch.name} did not let a good token pass again: "${last}"`];
  });
}

/** Complaints about sensitive routes that did not close while news was missing for longer than it may be old. */
export function neverClosed(watches: readonly Watch[], from: number): string[] {
  return watches
    .filter(({ probe }) => probe.sensitive)
    .filter((watch) => !watch.since(from).some(({ verdict }) => verdict === 'closed'))
    .map((watch) => `${watch.name} did not close while the news was old`);
}
