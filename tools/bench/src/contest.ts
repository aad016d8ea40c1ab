import { guards } from './candidates.js';
import { proofs } from './proofs.js';

/** Everything that can be measured, by name. */
export const candidates = { ...guards, ...proofs } as const;

/** The name of a candidate. */
export type CandidateName = keyof typeof candidates;
