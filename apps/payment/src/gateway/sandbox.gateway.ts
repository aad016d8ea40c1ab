import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { PaymentDatabase } from '../database.js';
import { type ChargeRequest, type GatewayOutcome, PaymentGateway, type RefundRequest } from './payment-gateway.js';
import { chargeAtSandbox } from './sandbox-charges.js';
import { noFaults } from './sandbox-faults.js';
import { refundAtSandbox } from './sandbox-refunds.js';

/** A gateway that moves no money: it decides by the test method and remembers each key durably, as a provider would. */
@Injectable()
export class SandboxGateway extends PaymentGateway {
  constructor(
    @InjectDatabase() private readonly db: PaymentDatabase,
    private readonly faults = noFaults,
  ) {
    super();
  }

  override charge(request: ChargeRequest): Promise<GatewayOutcome> {
    return this.faults.befall(() => chargeAtSandbox(this.db, request));
  }

  override refund(request: RefundRequest): Promise<GatewayOutcome> {
    return this.faults.befall(() => refundAtSandbox(this.db, request));
  }
}
