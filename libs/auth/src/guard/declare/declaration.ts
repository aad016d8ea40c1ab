import type { ExecutionContext } from '@nestjs/common';

/** Where a declaration is looked for: the handler, or else its class. An execution context is one. */
export type Place = Pick<ExecutionContext, 'getHandler' | 'getClass'>;

/**
 * The decorator that keeps one statement on a handler or a class. It is kept on the function, where Nest reads it, and
 * under the method's name, where it outlives a decorator that wraps the function: see `isLost`.
 * @throws TypeError at a second statement, and on what is no method
 */
export function declareOnce(metadataKey: string, statement: object, contradiction: string) {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const place: unknown = key === undefined ? target : descriptor?.value;
    if (typeof place !== 'function') {
      throw new TypeError(`${nameOf(target, key)} is no method. Make it one: Nest knows no other handlers.`);
    }
    if (Reflect.hasOwnMetadata(metadataKey, place) || (key && Reflect.hasOwnMetadata(metadataKey, target, key))) {
      throw new TypeError(`${nameOf(target, key)} ${contradiction}`);
    }
    Reflect.defineMetadata(metadataKey, statement, place);
    if (key !== undefined) Reflect.defineMetadata(metadataKey, statement, target, key);
  };
}

/** The statement of the handler, or else of its class. */
export function statementAt<T extends object>(metadataKey: string, place: Place): T | undefined {
  return Reflect.getMetadata(metadataKey, place.getHandler()) ?? Reflect.getMetadata(metadataKey, place.getClass());
}

/** True where a statement was made on a method and does not hold, because another decorator put its own function in the place. */
export function isLost(metadataKey: string, prototype: object, method: string): boolean {
  let owner: object | null = prototype;
  while (owner && !Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner);
  if (!owner || !Reflect.hasOwnMetadata(metadataKey, owner, method)) return false;
  return !Reflect.hasOwnMetadata(metadataKey, Reflect.get(owner, method));
}

function nameOf(target: object, key?: string | symbol): string {
  return key === undefined ? (target as { name: string }).name : `${target.constructor.name}.${String(key)}`;
}
