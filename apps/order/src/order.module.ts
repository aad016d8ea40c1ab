import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceAuthModule } from '@waybill/auth';
import { Audience, Scope } from '@waybill/contracts';
import { DatabaseModule } from '@waybill/database';
import { CatalogueController } from './catalogue/catalogue.controller.js';
import type { OrderConfig } from './config.js';
import { databaseOptions } from './database.js';
import { OrdersController } from './orders/orders.controller.js';
import { ChargePayment } from './place-order/charge-payment.js';
import { PlaceOrderController } from './place-order/place-order.controller.js';
import { PlaceOrder } from './place-order/place-order.js';

/** The order service: it takes orders, and has payment charge for them on the caller's authority. */
@Module({
  controllers: [CatalogueController, OrdersController, PlaceOrderController],
  providers: [ChargePayment, PlaceOrder],
})
export class OrderModule {
  static forRoot(config: OrderConfig): DynamicModule {
    return {
      module: OrderModule,
      imports: [
        DatabaseModule.forRoot(databaseOptions(config)),
        ServiceAuthModule.forRoot({
          ...config.guard,
          signatures: { caller: config.service, keys: config.signatureKeys },
          targets: [
            {
              audience: Audience.Payment,
              url: config.paymentUrl,
              timeoutMs: config.paymentTimeoutMs,
              sign: true,
              serviceScopes: [Scope.PaymentSettle],
            },
          ],
          clientCredentials: config.clientCredentials,
        }),
      ],
    };
  }
}
