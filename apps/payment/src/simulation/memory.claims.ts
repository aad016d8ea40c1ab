import { Claims } from '../claim/claims.js';
import type { MemoryState } from './memory-state.js';
import type { Step } from './simulated-process.js';

/** Claims in memory, with the atomicity of the database: a method is one step. */
export class MemoryClaims extends Claims {
  constructor(
    private readonly state: MemoryState,
    private readonly step: Step,
  ) {
    super();
  }

  override fence(id: string): Promise<void> {
    return this.step(`fence ${id}`, () => void this.state.claim(id, 'fence'));
  }
}
