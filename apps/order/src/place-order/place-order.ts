import { Injectable, Logger } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { OrderDatabase } from '../database.js';
import type { OrderRow } from '../orders/order.table.js';
import type { Owner } from '../orders/owner.js';
import { ChargePayment } from './charge-payment.js';
import { decide } from './decide.js';
import type { DraftOrder } from './draft-order.js';
import { settle } from './settle.js';
import { storePending } from './store-pending.js';

/** Places an order: store it pending, have payment charge, settle it by what payment decided. */
@Injectable()
export class PlaceOrder {
  private readonly logger = new Logger(PlaceOrder.name);

  constructor(
    @InjectDatabase() private readonly db: OrderDatabase,
    private readonly payment: ChargePayment,
  ) {}

  /**
   * Nothing is held open across the call. Whatever ends it before a decision (a crash, a refusal by payment, silence)
   * leaves the order pending, which is the truth about it.
   * @throws AudienceMissing, TokenInvalid with nothing stored; HopRefusal, HopMisconfigured with the order pending
   */
  async place(owner: Owner, draft: DraftOrder): Promise<OrderRow> {
    this.payment.ensureAllowed();
    const order = await storePending(this.db, owner, draft);
    const answer = await this.payment.charge(order);
    const decision = decide({ orderId: order.id, amount: draft.total }, answer);
    if (decision.kind === 'undecided') this.logger.warn(`Order ${order.id} stays pending: ${decision.reason}.`);
    return settle(this.db, order, decision);
  }
}
