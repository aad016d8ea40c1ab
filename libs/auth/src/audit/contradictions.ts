import { ACCESS_RULE, accessRuleOf } from '../guard/access-rule.js';
import { isLost } from '../guard/declaration.js';
import { SENSITIVITY, sensitivityOf } from '../guard/sensitive.decorator.js';
import type { SignatureOptions } from '../guard/service-auth.options.js';
import type { Handler } from './handlers.js';

/** What a declaration is held against. */
export interface Surroundings {
  readonly signatures: SignatureOptions | undefined;
  /** Whether Nest runs guards on the fields of GraphQL types: it does so only where asked. */
  readonly fieldsAreGuarded: boolean;
}

/** Why a handler's declarations cannot hold, each with the remedy; empty where they can. */
export function contradictionsOf(handler: Handler, surroundings: Surroundings): string[] {
  return [
    lost(handler),
    ...sensitivity(handler, surroundings.signatures),
    unguardedField(handler, surroundings),
  ].filter((contradiction) => contradiction !== undefined);
}

function lost({ prototype, method }: Handler): string | undefined {
  if (![ACCESS_RULE, SENSITIVITY].some((key) => isLost(key, prototype, method))) return undefined;
  return 'its declaration is lost, because another decorator replaced the method. Put the declaration above that decorator';
}

function sensitivity(handler: Handler, signatures: SignatureOptions | undefined): string[] {
  const demanded = sensitivityOf(handler);
  if (!demanded) return [];
  if (handler.transport !== 'http') return ['@Sensitive holds on HTTP routes only. Serve it over HTTP'];
  if (accessRuleOf(handler)?.kind === 'public') return ['it is both @Public and @Sensitive. Keep one'];
  const { callers } = demanded.signature ?? {};
  if (!callers) return [];
  if (!signatures) return ['it demands a signature but there are no keys. Configure `signatures` of ServiceAuthModule'];
  return callers
    .filter((caller) => !signatures.keys.some((key) => key.caller === caller))
    .map((caller) => `it demands a signature of "${caller}", who has no key. Add one to \`signatures.keys\``);
}

function unguardedField(handler: Handler, { fieldsAreGuarded }: Surroundings): string | undefined {
  const rule = accessRuleOf(handler);
  if (handler.transport !== 'graphql-field' || fieldsAreGuarded || !rule || rule.kind === 'public') return undefined;
  return "it has an access rule, which Nest does not hold against fields. Set fieldResolverEnhancers: ['guards'] of GraphQLModule";
}
