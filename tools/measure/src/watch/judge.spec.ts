import { expect, onTestFinished, test } from 'vitest';
import { complaints } from './judge.js';
import { probes, type Verdict } from './probe.js';
import { Watch } from './watch.js';

const expectation = { what: 'a token', takenBackAt: 1000, goodUntil: 2000 };

function watched(...sights: [askedAt: number, verdict: Verdict][]): Watch {
  const [probe] = probes;
  if (!probe) throw new Error('There is no probe.');
  const watch = new Watch(probe, () => new Promise(() => {}));
  watch.sights.push(...sights.map(([askedAt, verdict]) => ({ askedAt, answeredAt: askedAt + 5, verdict })));
  return watch;
}

test('finds nothing wrong where a token passes within the bound and is refused from then on', () => {
  const watch = watched([500, 'passed'], [1100, 'passed'], [2000, 'passed'], [2050, 'refused'], [3000, 'refused']);
  expect(complaints(watch, expectation)).toEqual([]);
});

test('takes a guard that is closed or away for one that lets nothing pass', () => {
  const watch = watched([1100, 'passed'], [2100, 'closed'], [2200, 'away'], [3000, 'refused']);
  expect(complaints(watch, expectation)).toEqual([]);
});

test('complains of a token that passes after the bound', () => {
  const watch = watched([1100, 'passed'], [2001, 'passed'], [3000, 'refused']);
  expect(complaints(watch, expectation)).toEqual([
    'order let a token pass 1.00 s after it was taken back; 1.00 s are allowed',
  ]);
});

test('complains of a token that passes again', () => {
  const watch = watched([1100, 'refused'], [1200, 'passed'], [1300, 'refused']);
  expect(complaints(watch, expectation)).toEqual([
    'order let a token pass 0.20 s after it was taken back, and had refused it before',
  ]);
});

test('complains of a guard that never refuses', () => {
  expect(complaints(watched([500, 'refused'], [1100, 'closed'], [3000, 'away']), expectation)).toEqual([
    'order never refused a token',
  ]);
});

test('a watch keeps what it saw, and tells of what went wrong', async () => {
  const [probe] = probes;
  if (!probe) throw new Error('There is no probe.');
  const verdicts: Verdict[] = ['passed', 'passed', 'refused'];
  const watch = new Watch(probe, async () => {
    const verdict = verdicts.shift();
    if (!verdict) throw new Error('an answer that nobody expects');
    return verdict;
  });
  onTestFinished(() => watch.end().catch(() => undefined));
  const refused = await watch.see('refused', 0);
  expect(refused?.askedAt).toBeGreaterThan(watch.sights[1]?.answeredAt ?? Number.POSITIVE_INFINITY);
  await expect(watch.see('closed', 0)).rejects.toThrow('an answer that nobody expects');
  await expect(watch.end()).rejects.toThrow('an answer that nobody expects');
});
