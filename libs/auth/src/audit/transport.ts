import { RequestMethod } from '@nestjs/common';
import type { Place } from '../guard/declare/declaration.js';

/** How a caller reaches a handler. A `graphql-field` is computed within the answer of a query or mutation. */
export type Transport = 'http' | 'graphql' | 'graphql-field' | 'websocket' | 'rpc';

/** What reaches a handler, and how. */
export interface Reached {
  readonly transport: Transport;
  readonly address: string;
}

/** Everything that reaches a handler; empty for a method that is none. Nest's packages leave metadata; none need be installed. */
export function addressesOf(place: Place, isController: boolean): Reached[] {
  return isController ? [...httpAddresses(place), ...patterns(place)] : [...messages(place), ...fields(place)];
}

const onHandler = (place: Place, key: string): unknown => Reflect.getMetadata(key, place.getHandler());
const onClass = (place: Place, key: string): unknown => Reflect.getMetadata(key, place.getClass());

/** @Get and its like, @All, @Sse: as declared, without the application's prefix and version. */
function httpAddresses(place: Place): Reached[] {
  const paths = onHandler(place, 'path');
  if (paths === undefined) return [];
  const method = RequestMethod[onHandler(place, 'method') as RequestMethod];
  return listOf(onClass(place, 'path')).flatMap((prefix) =>
    listOf(paths).map((path) => ({ transport: 'http', address: `${method} ${join(prefix, path)}` })),
  );
}

/** @MessagePattern, @EventPattern, @GrpcMethod. */
function patterns(place: Place): Reached[] {
  if (onHandler(place, 'microservices:handler_type') === undefined) return [];
  return listOf(onHandler(place, 'microservices:pattern')).map((pattern) => ({
    transport: 'rpc',
    address: typeof pattern === 'string' ? pattern : JSON.stringify(pattern),
  }));
}

/** @SubscribeMessage of a @WebSocketGateway. */
function messages(place: Place): Reached[] {
  if (!onClass(place, 'websockets:is_gateway') || !onHandler(place, 'websockets:message_mapping')) return [];
  return [{ transport: 'websocket', address: String(onHandler(place, 'message')) }];
}

const rootTypes: readonly unknown[] = ['Query', 'Mutation', 'Subscription'];

/** @Query, @Mutation, @Subscription; @ResolveField, @ResolveReference. */
function fields(place: Place): Reached[] {
  const type = onHandler(place, 'graphql:resolver_type') ?? onClass(place, 'graphql:resolver_type');
  const isField = ['graphql:resolve_property', 'graphql:resolve_reference'].some((key) => onHandler(place, key));
  if (!isField && !rootTypes.includes(type)) return [];
  const name = onHandler(place, 'graphql:resolver_name') ?? place.getHandler().name;
  return [{ transport: rootTypes.includes(type) ? 'graphql' : 'graphql-field', address: `${type ?? ''}.${name}` }];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function join(...parts: unknown[]): string {
  const segments = parts.flatMap((part) => String(part ?? '').split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}
