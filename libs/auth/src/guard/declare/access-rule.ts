import { declareOnce, type Place, statementAt } from './declaration.js';

/** Who may use a route. */
export type AccessRule =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly match: 'all' | 'any'; readonly scopes: readonly string[] };

/** Metadata key of the access rule. */
export const ACCESS_RULE = 'waybill:access-rule';

/** The decorator that states a rule on a handler or a class; a second rule at one place is a contradiction. */
export function declare(rule: AccessRule): MethodDecorator & ClassDecorator {
  return declareOnce(
    ACCESS_RULE,
    rule,
    'has two access rules. Keep one of @Public, @Authenticated, @Scopes, @AnyScope.',
  );
}

/** The rule of the handler, or else of its class; undefined where neither states one. */
export function accessRuleOf(place: Place): AccessRule | undefined {
  return statementAt(ACCESS_RULE, place);
}
