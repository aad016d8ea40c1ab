/** Has it been taken back, or used up? The record of tokens that are good for one use. It knows neither Nest nor routes. */
export { memoryUsedTokens } from './memory.used-tokens.js';
export { requireUnused } from './require-unused.js';
export type { TokenUse, UsedTokens } from './used-tokens.js';
