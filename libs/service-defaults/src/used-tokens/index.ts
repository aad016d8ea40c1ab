/** Remembers in the service's own database which tokens were used, where a route takes a token once. It judges no token. */
export { DrizzleUsedTokens } from './drizzle.used-tokens.js';
export { UsedTokensModule } from './used-tokens.module.js';
