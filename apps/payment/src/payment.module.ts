import { type DynamicModule, Module } from '@nestjs/common';
import { type ReplayStore, ServiceAuthModule } from '@waybill/auth';
import { DatabaseModule } from '@waybill/database';
import { ChargeController } from './charge/charge.controller.js';
import { Charge } from './charge/charge.js';
import type { PaymentConfig } from './config.js';
import { databaseOptions } from './database.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { SandboxGateway } from './gateway/sandbox.gateway.js';
import { NONCES, NoncesModule } from './nonces/nonces.module.js';
import { PaymentsController } from './payment/payments.controller.js';

/** The payment service: it charges once an order, and keeps the ledger. */
@Module({
  controllers: [ChargeController, PaymentsController],
  providers: [Charge, { provide: PaymentGateway, useClass: SandboxGateway }],
})
export class PaymentModule {
  static forRoot(config: PaymentConfig): DynamicModule {
    return {
      module: PaymentModule,
      imports: [
        DatabaseModule.forRoot(databaseOptions(config)),
        ServiceAuthModule.forRootAsync({
          imports: [NoncesModule.forRoot(config.redisUrl)],
          inject: [NONCES],
          useFactory: (replayStore: ReplayStore) => ({
            ...config.guard,
            signatures: { caller: config.service, keys: config.signatureKeys, replayStore },
          }),
        }),
      ],
    };
  }
}
