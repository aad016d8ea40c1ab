import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Body, Controller, Get, Ip, Param, Post } from '@nestjs/common';
import { Authenticated, Public, Scopes, Sensitive } from '@waybill/auth';
import { type Database, InjectDatabase } from '@waybill/database';
import { z } from 'zod';
import { ProblemException } from '../problems/index.js';

const basket = z.strictObject({
  items: z
    .array(
      z.strictObject({
        sku: z.string().regex(/^[A-Z]+-\d$/, 'must be a SKU such as BOOK-1'),
        quantity: z.int().min(1).max(100),
      }),
    )
    .min(1)
    .max(50),
  currency: z.enum(['EUR']),
});

/** Routes that answer in every way in which a route can. */
@Public()
@Controller()
export class SampleController {
  constructor(@InjectDatabase() private readonly db: Database) {}

  @Post('baskets')
  fill(@Body({ schema: basket }) body: z.infer<typeof basket>) {
    return body;
  }

  @Get('named/:name')
  named(@Param('name') name: string) {
    return { name };
  }

  @Get('address')
  address(@Ip() address: string) {
    return { address };
  }

  @Get('defect')
  defect(): never {
    throw new Error('the hidden cause', { cause: new Error('deeper still') });
  }

  @Get('failed-query')
  failedQuery(): never {
    throw new Error('Failed query: insert into keys values ($1)\nparams: hidden-parameter');
  }

  @Get('database-away')
  async databaseAway() {
    await once(connect(1, '127.0.0.1'), 'connect');
  }

  @Get('declined')
  declined(): never {
    throw new ProblemException(
      402,
      'payment_declined',
      'The payment was declined',
      'Try another payment method.',
      { orderId: '7', status: 200, type: 'about:blank' },
      { Location: '/orders/7' },
    );
  }

  @Get('queried')
  async queried() {
    for (let query = 0; query < 3; query++) await this.db.execute('SELECT count(*) FROM pg_class');
    return { queried: true };
  }

  @Get('slow')
  async slow() {
    await setTimeout(700);
    return { slow: true };
  }
}

/** Routes that the guard watches. */
@Authenticated()
@Controller('guarded')
export class GuardedController {
  @Get()
  read() {
    return { guarded: true };
  }

  @Scopes('order.write')
  @Post()
  write() {
    return { written: true };
  }

  @Authenticated()
  @Sensitive({ once: true })
  @Post('once')
  once() {
    return { done: true };
  }
}
