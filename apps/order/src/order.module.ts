import { type DynamicModule, Module } from '@nestjs/common';
import { type ReplayStore, ServiceAuthModule } from '@waybill/auth';
import { Audience, Scope } from '@waybill/contracts';
import { DatabaseModule } from '@waybill/database';
import { NONCES, NoncesModule } from '@waybill/service-defaults';
import { CatalogueController } from './catalogue/catalogue.controller.js';
import type { OrderConfig } from './config.js';
import { databaseOptions } from './database.js';
import { OrdersController } from './orders/orders.controller.js';
import { PlaceOrderController } from './place-order/place-order.controller.js';
import { RefundOrderController } from './refund-order/refund-order.controller.js';
import { SagaModule } from './saga.module.js';

/** The order service: it takes orders, and has payment charge for them on the caller's authority. */
@Module({
  controllers: [CatalogueController, OrdersController, PlaceOrderController, RefundOrderController],
})
export class OrderModule {
  static forRoot(config: OrderConfig): DynamicModule {
    const { clientCredentials, paymentUrl, paymentTimeoutMs, paymentAuthority } = config;
    return {
      module: OrderModule,
      imports: [
        DatabaseModule.forRoot(databaseOptions(config)),
        ServiceAuthModule.forRootAsync({
          imports: [NoncesModule.forRoot(config)],
          inject: [NONCES],
          useFactory: (replayStore: ReplayStore) => ({
            ...config.guard,
            signatures: { caller: config.service, keys: config.signatureKeys, replayStore },
            dpop: { publicUrls: config.publicUrls, nonceSecret: config.dpopNonceSecret, replayStore },
            clientCredentials,
            targets: [
              {
                audience: Audience.Payment,
                url: paymentUrl,
                timeoutMs: paymentTimeoutMs,
                sign: true,
                authority: paymentAuthority,
                serviceScopes: [Scope.PaymentSettle],
              },
            ],
          }),
        }),
        SagaModule.forRoot(config),
      ],
    };
  }
}
