import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** Who may use a route. */
export type AccessRule =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly match: 'all' | 'any'; readonly scopes: readonly string[] };

const metadataKey = 'waybill:access-rule';

/** The decorator that states a rule on a handler or a class; a second rule at one place is a contradiction. */
export function declare(rule: AccessRule): MethodDecorator & ClassDecorator {
  const set = SetMetadata(metadataKey, rule);
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const place: object = descriptor?.value ?? target;
    if (Reflect.hasOwnMetadata(metadataKey, place)) {
      throw new TypeError(
        `${nameOf(target, key)} has two access rules. Keep one of @Public, @Authenticated, @Scopes, @AnyScope.`,
      );
    }
    if (key !== undefined && descriptor !== undefined) set(target, key, descriptor);
    else set(target as never);
  };
}

/** The rule of the handler, or else of its class; undefined where neither states one. */
export function accessRuleOf(reflector: Reflector, context: ExecutionContext): AccessRule | undefined {
  return reflector.getAllAndOverride<AccessRule | undefined>(metadataKey, [context.getHandler(), context.getClass()]);
}

function nameOf(target: object, key?: string | symbol): string {
  return key === undefined ? (target as { name: string }).name : `${target.constructor.name}.${String(key)}`;
}
