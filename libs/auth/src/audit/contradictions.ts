import { ACCESS_RULE, accessRuleOf } from '../guard/declare/access-rule.js';
import { isLost } from '../guard/declare/declaration.js';
import { SENSITIVITY, type Sensitivity, sensitivityOf } from '../guard/declare/sensitive.decorator.js';
import type { SignatureOptions } from '../guard/service-auth.options.js';
import type { Handler } from './handlers.js';

/** What a declaration is held against. */
export interface Surroundings {
  readonly signatures: SignatureOptions | undefined;
  /** Whether DPoP proofs can be checked. */
  readonly takesProofs: boolean;
  /** Whether Nest runs guards on the fields of GraphQL types: it does so only where asked. */
  readonly fieldsAreGuarded: boolean;
}

/** Why a handler's declarations cannot hold, each with the remedy; empty where they can. */
export function contradictionsOf(handler: Handler, surroundings: Surroundings): string[] {
  return [lost(handler), ...sensitivity(handler, surroundings), unguardedField(handler, surroundings)].filter(
    (contradiction) => contradiction !== undefined,
  );
}

function lost({ prototype, method }: Handler): string | undefined {
  if (![ACCESS_RULE, SENSITIVITY].some((key) => isLost(key, prototype, method))) return undefined;
  return 'its declaration is lost, because another decorator replaced the method. Put the declaration above that decorator';
}

function sensitivity(handler: Handler, { signatures, takesProofs }: Surroundings): string[] {
  const sensitivity = sensitivityOf(handler);
  if (!sensitivity) return [];
  const { signature, dpop } = sensitivity;
  if (
    ['rpc', 'websocket'].includes(handler.transport) ||
    (Object.keys(sensitivity).length > 0 && handler.transport !== 'http')
  )
    return ['@Sensitive holds on HTTP routes only. Serve it over HTTP'];
  if (accessRuleOf(handler)?.kind === 'public') return ['it is both @Public and @Sensitive. Keep one'];
  if (dpop && !takesProofs)
    return ['it demands a DPoP proof, which nothing here can check. Configure `dpop` of ServiceAuthModule'];
  const dropped = demandsDropped(handler, sensitivity);
  if (!signature || dropped.length > 0) return dropped;
  const { callers } = signature;
  if (!signatures) return ['it demands a signature but there are no keys. Configure `signatures` of ServiceAuthModule'];
  return callers
    .filter((caller) => !signatures.keys.some((key) => key.caller === caller))
    .map((caller) => `it demands a signature of "${caller}", who has no key. Add one to \`signatures.keys\``);
}

/** What a handler states stands in the place of what its class states: a demand must not get lost in that way unseen. */
function demandsDropped({ getClass }: Handler, own: Sensitivity): string[] {
  const ofClass = sensitivityOf({ getHandler: getClass, getClass }) ?? {};
  return (['signature', 'dpop', 'secondKey', 'address', 'once'] as const)
    .filter((demand) => ofClass[demand] && !own[demand])
    .map(
      (demand) =>
        `its @Sensitive drops the ${demand} that its class demands. Repeat \`${demand}\` at the method, or leave its @Sensitive out`,
    );
}

function unguardedField(handler: Handler, { fieldsAreGuarded }: Surroundings): string | undefined {
  const rule = accessRuleOf(handler);
  if (handler.transport !== 'graphql-field' || fieldsAreGuarded || !rule || rule.kind === 'public') return undefined;
  return "it has an access rule, which Nest does not hold against fields. Set fieldResolverEnhancers: ['guards'] of GraphQLModule";
}
