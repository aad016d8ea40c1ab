import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { Place } from '../guard/declare/declaration.js';
import { addressesOf, type Transport } from './transport.js';

/** A method that Nest calls for somebody outside: for each transport that it serves, once. */
export interface Handler extends Place {
  readonly transport: Transport;
  /** What reaches it, e.g. `GET /orders/:id` or `Query.orders`. */
  readonly address: string;
  readonly prototype: object;
  readonly method: string;
}

/** Every handler of an application's controllers, gateways and resolvers, request-scoped ones included. */
export function handlersOf(modules: ModulesContainer): Handler[] {
  const hosts = [...modules.values()].flatMap(({ controllers, providers }) => [
    ...[...controllers.values()].map(({ instance }) => ({ instance, isController: true })),
    ...[...providers.values()].map(({ instance }) => ({ instance, isController: false })),
  ]);
  return hosts.flatMap(({ instance, isController }) => (isHost(instance) ? handlersAt(instance, isController) : []));
}

const scanner = new MetadataScanner();

function handlersAt(instance: object, isController: boolean): Handler[] {
  const prototype = Object.getPrototypeOf(instance);
  return scanner.getAllMethodNames(prototype).flatMap((method) => {
    const place = { getHandler: () => prototype[method], getClass: <T>(): Type<T> => prototype.constructor };
    return addressesOf(place, isController).map((found) => ({ ...place, ...found, prototype, method }));
  });
}

/** Before its constructor ran, Nest keeps an object with the prototype of a class here: enough to look at its methods. */
function isHost(instance: unknown): instance is object {
  return typeof instance === 'object' && instance !== null && Object.getPrototypeOf(instance) !== null;
}
