import type { Stack } from './stack.js';

/** One rule that the running stack has to keep. */
export interface Check {
  /** The rule, as a sentence without its full stop. */
  rule: string;
  /** Gives what was seen, in a few words. Rejects where the rule is broken. */
  holds: (stack: Stack) => Promise<string>;
}

/** How a check turned out. */
export interface Finding {
  rule: string;
  kept: boolean;
  /** What was seen, or what was wrong. */
  seen: string;
}

/** Makes a check; a broken rule is a finding, not an exception. */
export async function make({ rule, holds }: Check, stack: Stack): Promise<Finding> {
  try {
    return { rule, kept: true, seen: await holds(stack) };
  } catch (error) {
    return { rule, kept: false, seen: error instanceof Error ? error.message : String(error) };
  }
}
