import { type DynamicModule, Module } from '@nestjs/common';
import { type ReplayStore, ServiceAuthModule } from '@waybill/auth';
import { DatabaseModule } from '@waybill/database';
import { NONCES, NoncesModule } from '@waybill/service-defaults';
import { ChargeController } from './charge/charge.controller.js';
import { Charge } from './charge/charge.js';
import { ChargeBooks } from './charge/charge-books.js';
import { ChargeDecision } from './charge/charge-decision.js';
import { DrizzleChargeBooks } from './charge/drizzle.charge-books.js';
import { Claims } from './claim/claims.js';
import { DrizzleClaims } from './claim/drizzle.claims.js';
import type { PaymentConfig } from './config.js';
import { databaseOptions } from './database.js';
import { FenceCharge } from './fence/fence-charge.js';
import { FenceRefund } from './fence/fence-refund.js';
import { FencesController } from './fence/fences.controller.js';
import { gatewayProviders } from './gateway/gateway.providers.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { PaymentsController } from './payment/payments.controller.js';
import { DrizzleRefundBooks } from './refund/drizzle.refund-books.js';
import { RefundController } from './refund/refund.controller.js';
import { Refund } from './refund/refund.js';
import { RefundBooks } from './refund/refund-books.js';
import { RefundDecision } from './refund/refund-decision.js';

/** The payment service: it charges once an order, gives back no more than that, and keeps the ledger. */
@Module({
  controllers: [ChargeController, RefundController, FencesController, PaymentsController, LedgerController],
  providers: [
    Charge,
    ChargeDecision,
    FenceCharge,
    Refund,
    RefundDecision,
    FenceRefund,
    { provide: Claims, useClass: DrizzleClaims },
    { provide: ChargeBooks, useClass: DrizzleChargeBooks },
    { provide: RefundBooks, useClass: DrizzleRefundBooks },
  ],
})
export class PaymentModule {
  static forRoot(config: PaymentConfig): DynamicModule {
    return {
      module: PaymentModule,
      providers: gatewayProviders(config),
      imports: [
        DatabaseModule.forRoot(databaseOptions(config)),
        ServiceAuthModule.forRootAsync({
          imports: [NoncesModule.forRoot(config)],
          inject: [NONCES],
          useFactory: (replayStore: ReplayStore) => ({
            ...config.guard,
            clientCredentials: config.clientCredentials,
            signatures: {
              caller: config.service,
              keys: config.signatureKeys,
              replayStore,
              addressVouchers: ['order'],
            },
            dpop: { publicUrls: config.publicUrls, nonceSecret: config.dpopNonceSecret, replayStore },
          }),
        }),
      ],
    };
  }
}
