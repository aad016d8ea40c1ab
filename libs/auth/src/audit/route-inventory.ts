import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type AccessRule, accessRuleOf } from '../guard/declare/access-rule.js';
import { type Sensitivity, sensitivityOf } from '../guard/declare/sensitive.decorator.js';
import { handlersOf } from './handlers.js';
import type { Transport } from './transport.js';

/** A way into the application, and what it needs. */
export interface Route {
  readonly transport: Transport;
  /** What reaches it: `GET /orders/:id` as declared, without the application's prefix and version; `Query.orders`; a message pattern. */
  readonly address: string;
  /** Class and method, e.g. `OrdersController.list`. */
  readonly handler: string;
  /** Absent: nobody declared one, and the route is closed. */
  readonly rule?: AccessRule;
  readonly sensitivity?: Sensitivity;
}

/** Tells which routes exist. What an adapter serves beside Nest's handlers (Swagger, static files) is not among them. */
@Injectable()
export class RouteInventory {
  constructor(private readonly modules: ModulesContainer) {}

  /** Every handler of the application, in the order in which Nest registers its modules. */
  routes(): Route[] {
    return handlersOf(this.modules).map((handler) => {
      const { transport, address, method } = handler;
      const [rule, sensitivity] = [accessRuleOf(handler), sensitivityOf(handler)];
      const name = `${handler.getClass().name}.${method}`;
      return { transport, address, handler: name, ...(rule && { rule }), ...(sensitivity && { sensitivity }) };
    });
  }
}
