import { VerdictUnavailable } from '../../refuse/index.js';
import { type AgeExpectations, rememberSeconds } from './age-fault.js';

/**
 * Records the use of what may be used once, for as long as it would be taken again; false for a repeat.
 * @param proof the kind of proof, for the log
 * @throws VerdictUnavailable where the record cannot tell
 */
export async function isFirstUse(proof: string, key: string, expected: AgeExpectations): Promise<boolean> {
  try {
    return await expected.replayStore.record(key, rememberSeconds(expected));
  } catch (cause) {
    throw new VerdictUnavailable(`${proof}.replay_store_unreachable`, 5, { cause });
  }
}
