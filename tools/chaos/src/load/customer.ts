import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../seed/random.js';
import { priceOf } from './basket.js';
import type { OrderWish, RefundWish, Wish } from './history.js';
import type { Market } from './market.js';
import { isOpen, pursue } from './pursue.js';
import { isFinal, type Reply } from './reply.js';
import type { Session, TakenBack } from './session.js';
import { type Place, Wishes } from './wishes.js';

/** How often each errand is run. */
const errands = {
  buy: 52,
  'buy in a hurry': 8,
  'buy without a key': 6,
  'ask again': 6,
  'change the basket': 3,
  'look at an order': 9,
  'look at the orders': 4,
  'look at a payment': 3,
  refund: 7,
  'refund in a hurry': 2,
  'take authority back': 3,
  'use what was taken back': 6,
};

type Errand = keyof typeof errands;

/** What a customer is given. */
export interface CustomerOptions {
  market: Market;
  session: Session;
  /** The session of who refunds. */
  refunder: Session;
  seed: number;
  place: Place;
  /** How long it thinks between two errands, milliseconds at most. */
  thinkMs(): number;
}

const triesAtOnce = 4;
const askAgainAfterMs = [1_000, 4_000] as const;
const remembered = 200;
/** A token that was taken back is tried for so long; a little later it has expired anyway. */
const triedForMs = 40_000;

/** Somebody who shops: runs errands one after the other, and comes back for whatever was left open. */
export class Customer {
  /** What is open still, and when to ask again. */
  readonly open: { wish: Wish; dueAt: number }[] = [];
  private readonly done: OrderWish[] = [];
  private takenBack: TakenBack[] = [];
  private readonly wants: Random;
  private readonly ways: Random;
  private readonly wishes: Wishes;

  constructor(private readonly options: CustomerOptions) {
    const { seed, place } = options;
    this.wants = new Random(seed, `wishes of customer ${place.index}`);
    this.ways = new Random(seed, `ways of customer ${place.index}`);
    this.wishes = new Wishes(this.wants, place);
  }

  /** Shops until the signal is aborted; the errand that is being run then is run to its end. */
  async shop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const due = this.open.findIndex(({ dueAt }) => dueAt <= Date.now());
      if (due >= 0) await this.comeBack(due);
      else await this.errands[this.wants.weighted(errands)]();
      await delay(this.ways.int(0, this.options.thinkMs()));
    }
  }

  /** Asks once for all that is open; what is open still stays so. */
  async settle(): Promise<void> {
    for (const { wish } of this.open.splice(0)) await this.follow(wish, 1);
  }

  /** Asks again for some of what was decided: it must be answered as before. */
  async recall(most: number): Promise<void> {
    for (const wish of this.done.slice(-most)) await this.attempt(wish);
  }

  private async comeBack(index: number): Promise<void> {
    const [entry] = this.open.splice(index, 1);
    if (entry) await this.follow(entry.wish, triesAtOnce);
  }

  private readonly errands: Record<Errand, () => Promise<unknown>> = {
    buy: () => this.follow(this.nextOrder()),
    'buy in a hurry': () => this.hurry(this.nextOrder()),
    'buy without a key': () => this.follow({ ...this.nextOrder(), key: undefined }),
    'ask again': () => this.onceMore((wish) => this.attempt(wish)),
    'change the basket': () => this.onceMore((wish) => this.attempt(wish, otherThan(wish))),
    'look at an order': () => this.lookAtOrder(),
    'look at the orders': () => this.options.market.read(this.options.session, 'orders', this.ways, '?limit=50'),
    'look at a payment': () => this.lookAtPayment(),
    refund: () => this.refund((wish) => this.follow(wish)),
    'refund in a hurry': () => this.refund((wish) => this.hurry(wish)),
    'take authority back': () => this.takeBack(),
    'use what was taken back': () => this.trespass(),
  };

  private nextOrder(): OrderWish {
    return this.wishes.order(this.options.session.subject);
  }

  /** Asks for it until it is decided, or seems to take its time: then comes back later. */
  private async follow(wish: Wish, tries = triesAtOnce): Promise<void> {
    const reply = await pursue(() => this.attempt(wish), wish, this.ways, tries);
    const dueAt = Date.now() + this.ways.int(...askAgainAfterMs);
    if (isOpen(wish, reply)) this.open.push({ wish, dueAt });
    if (!isFinal(reply) || wish.kind !== 'order') return;
    this.options.market.history.succeeded(wish, reply, priceOf(wish.body));
    if (wish.key === undefined) return;
    this.done.push(wish);
    if (this.done.length > remembered) this.done.shift();
  }

  /** Does not wait for the first answer, but asks several times at once. */
  private async hurry(wish: Wish): Promise<void> {
    const times = this.wants.int(2, 5);
    await Promise.all(Array.from({ length: times }, () => this.attempt(wish)));
    await this.follow(wish);
  }

  private attempt(wish: Wish, body?: Wish['body']): Promise<Reply> {
    const { market, session, refunder } = this.options;
    return market.attempt(wish.kind === 'refund' ? refunder : session, wish, this.ways, body);
  }

  private async onceMore(how: (wish: OrderWish) => Promise<unknown>): Promise<void> {
    if (this.done.length > 0) await how(this.wants.pick(this.done));
  }

  private async lookAtOrder(): Promise<void> {
    const { market, session } = this.options;
    const own = [...(market.history.told.get(session.subject) ?? [])];
    if (own.length > 0) await market.read(session, 'order', this.ways, this.wants.pick(own.slice(-remembered)));
  }

  private async lookAtPayment(): Promise<void> {
    const { market, session } = this.options;
    const order = market.history.confirmed.findLast(({ subject }) => subject === session.subject);
    if (order) await market.read(session, 'payment', this.ways, order.paymentId);
  }

  private async takeBack(): Promise<void> {
    const { market, session } = this.options;
    const taken = await market.takeBack(session, this.wants.pick(['token', 'session'] as const));
    if (taken) this.takenBack.push(taken);
  }

  /** As a thief would, with a token that is no longer good. */
  private async trespass(): Promise<void> {
    this.takenBack = this.takenBack.filter(({ takenBackAt }) => Date.now() - takenBackAt < triedForMs);
    const wish = this.nextOrder();
    if (this.takenBack.length > 0) await this.options.market.trespass(this.ways.pick(this.takenBack), wish, this.ways);
  }

  private async refund(how: (wish: RefundWish) => Promise<unknown>): Promise<void> {
    const { market, refunder } = this.options;
    const recent = market.history.confirmed.slice(-remembered);
    if (recent.length > 0) await how(this.wishes.refund(refunder.subject, this.wants.pick(recent)));
  }
}

/** Another basket under a key that was used: it must not be sold. */
function otherThan({ body }: OrderWish): OrderWish['body'] {
  return { ...body, items: body.items.slice(1) };
}
