import { expect, test } from 'vitest';
import { ageFault, rememberSeconds } from './age-fault.js';
import { memoryReplayStore } from './memory.replay-store.js';

const expected = {
  replayStore: { ...memoryReplayStore(), forgetsOnRestart: false },
  maxAgeSeconds: 60,
  clockToleranceSeconds: 10,
};

test('a use is remembered for longer than a replica whose clock is behind takes what one ahead of it recorded', () => {
  const now = Math.floor(Date.now() / 1000);
  expect(ageFault(now + 10, expected)).toBeUndefined();
  expect(ageFault(now - 60, expected)).toBeUndefined();
  const [signedAhead, apart] = [10, 2 * 10]; // of the clock that records it; that clock, of one that is behind
  const takenFor = signedAhead + 60 + apart;
  expect(rememberSeconds(expected)).toBe(takenFor + 1);
});
