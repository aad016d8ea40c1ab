import { expect, test } from 'vitest';
import { VerdictUnavailable } from '../../refuse/index.js';
import { isFirstUse } from './is-first-use.js';
import { memoryReplayStore } from './memory.replay-store.js';
import type { ReplayStore } from './replay-store.js';

const use = (replayStore: ReplayStore, name = 'signature') =>
  isFirstUse(name, 'n', { replayStore, maxAgeSeconds: 60, clockToleranceSeconds: 10 });

test('says whether something is used for the first time', async () => {
  const store = memoryReplayStore();
  expect([await use(store), await use(store)]).toEqual([true, false]);
});

test.each<[string, ReplayStore['record']]>([
  ['rejects', () => Promise.reject(new Error('away'))],
  [
    'throws at once',
    () => {
      throw new Error('away');
    },
  ],
])('cannot say so where the record %s', async (_, record) => {
  const error: unknown = await use({ forgetsOnRestart: false, record }, 'dpop').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(VerdictUnavailable);
  expect(error).toMatchObject({ reason: 'dpop.replay_store_unreachable', cause: { message: 'away' } });
});
