import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CreatePaymentBody } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PaymentDatabase } from '../database.js';
import { GatewayOutcomeUnknown, PaymentGateway } from '../gateway/payment-gateway.js';
import { SandboxGateway } from '../gateway/sandbox.gateway.js';
import { sandboxCharges } from '../gateway/sandbox-charge.table.js';
import { ledgerEntries } from '../ledger/ledger-entry.table.js';
import { payments } from '../payment/payment.table.js';
import { type PaymentServiceFixture, startPaymentService } from '../payment-service.fixture.js';

/** A provider whose first answer to each key is lost on the way back, after it has charged. */
@Injectable()
class ForgetfulWire extends PaymentGateway {
  private readonly asked = new Set<string>();
  private readonly provider: SandboxGateway;

  constructor(@InjectDatabase() db: PaymentDatabase) {
    super();
    this.provider = new SandboxGateway(db);
  }

  override async charge(request: Parameters<PaymentGateway['charge']>[0]) {
    const outcome = await this.provider.charge(request);
    if (this.asked.has(request.idempotencyKey)) return outcome;
    this.asked.add(request.idempotencyKey);
    throw new GatewayOutcomeUnknown('read ECONNRESET');
  }

  override refund(request: Parameters<PaymentGateway['refund']>[0]) {
    return this.provider.refund(request);
  }
}

describe.each(testDatabases())('on the $kind database', (kind) => {
  let service: PaymentServiceFixture;

  beforeAll(async () => {
    service = await startPaymentService(kind, {
      providers: [{ provide: PaymentGateway, useClass: ForgetfulWire }],
    });
    return () => service.close();
  });

  test('a decision that was lost leaves the intent open, and the next request finds it without a second charge', async () => {
    const body: CreatePaymentBody = {
      orderId: randomUUID(),
      amount: { amount: 1250, currency: 'EUR' },
      paymentMethod: 'pm_card_visa',
    };
    const lost = await service.chargeAs('alice', body);
    expect(lost).toMatchObject({ status: 503, body: { code: 'gateway_undecided' } });
    expect(await service.db.select().from(payments)).toMatchObject([{ status: 'pending' }]);
    expect(await service.db.select().from(ledgerEntries)).toEqual([]);

    const found = await service.chargeAs('alice', body);
    expect(found).toMatchObject({ status: 201, body: { orderId: body.orderId } });
    expect(await service.db.select().from(sandboxCharges)).toHaveLength(1);
    expect(await service.db.select().from(ledgerEntries)).toHaveLength(2);
  });
});
