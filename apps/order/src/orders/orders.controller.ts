import { Controller, Get, Param, Query } from '@nestjs/common';
import { Caller, Scopes } from '@waybill/auth';
import { type Order, type OrderPage, Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import type { OrderDatabase } from '../database.js';
import { findOrder } from './find-order.js';
import { type ListOrdersQuery, listOrders, listOrdersQuery } from './list-orders.js';
import { toOrder } from './order.js';
import { orderNotFound } from './order.problems.js';

/** The caller's own orders. Another's order is answered as one that does not exist. */
@Controller('orders')
export class OrdersController {
  constructor(@InjectDatabase() private readonly db: OrderDatabase) {}

  @Get()
  @Scopes(Scope.OrderRead)
  list(@Caller() caller: Caller, @Query({ schema: listOrdersQuery }) query: ListOrdersQuery): Promise<OrderPage> {
    return listOrders(this.db, caller, query);
  }

  @Get(':id')
  @Scopes(Scope.OrderRead)
  async read(@Caller() caller: Caller, @Param('id') id: string): Promise<Order> {
    const order = await findOrder(this.db, caller, id);
    if (order === undefined) throw orderNotFound();
    return toOrder(order);
  }
}
