import type { Random } from '../seed/random.js';
import { basketOf } from './basket.js';
import type { OrderWish, RefundWish } from './history.js';

/** Of how many customers this is which one, from 0. */
export interface Place {
  readonly index: number;
  readonly of: number;
}

const declined = 0.15;
const wholeRefund = 0.4;

/** What one customer wants next. Neither a basket nor a key is ever used twice. */
export class Wishes {
  private orders = 0;
  private refunds = 0;

  constructor(
    private readonly random: Random,
    private readonly place: Place,
  ) {}

  /** A basket, one in seven of them to be paid with a card that is declined. */
  order(subject: string): OrderWish {
    const number = this.place.index + this.place.of * this.orders++;
    const body = basketOf(number, this.random.chance(declined) ? 'pm_card_chargeDeclined' : 'pm_card_visa');
    return { kind: 'order', number, subject, path: '/place-order', key: `order-${number}`, body };
  }

  /** Some of what an order cost, or all that is left of it. */
  refund(subject: string, { orderId, total }: { orderId: string; total: number }): RefundWish {
    const key = `refund-${this.place.index}-${this.refunds++}`;
    const amount = { amount: this.random.int(1, total), currency: 'EUR' } as const;
    const body = this.random.chance(wholeRefund) ? {} : { amount };
    return { kind: 'refund', orderId, subject, path: `/orders/${orderId}/refunds`, key, body };
  }
}
