import { Body, Controller, HttpCode, type INestApplication, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  Authenticated,
  type HopAnswer,
  type HopRequest,
  ServiceAuthModule,
  ServiceClient,
  type SignatureKey,
} from '@waybill/auth';
import { Audience } from '@waybill/contracts';

/** What the stand-in calls, as whom. */
export interface OrderStandInOptions {
  issuer: string;
  paymentUrl: string;
  signatureKeys: SignatureKey[];
}

@Controller()
class RelayController {
  constructor(private readonly services: ServiceClient) {}

  @Post()
  @HttpCode(200)
  @Authenticated()
  relay(@Body() request: HopRequest): Promise<HopAnswer> {
    return this.services.to(Audience.Payment).request(request);
  }
}

/** A service that does with any request what order does with its own: it relays the caller's token, and signs. */
export async function startOrderStandIn(options: OrderStandInOptions): Promise<INestApplication> {
  @Module({
    controllers: [RelayController],
    imports: [
      ServiceAuthModule.forRoot({
        issuers: [{ issuer: options.issuer, audience: Audience.Order }],
        signatures: { caller: 'order', keys: options.signatureKeys },
        targets: [{ audience: Audience.Payment, url: options.paymentUrl, timeoutMs: 10_000, sign: true }],
      }),
    ],
  })
  class OrderStandIn {}
  const app = await NestFactory.create(OrderStandIn, new FastifyAdapter(), { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return app;
}
