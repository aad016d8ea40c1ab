import type { Random } from '../seed/random.js';
import type { History, Reading, Wish } from './history.js';
import { ask, type Reply } from './reply.js';
import type { Session, TakenBack } from './session.js';

/** Where the customers go: every replica of order, payment for reading, and the history into which it all goes. */
export class Market {
  constructor(
    private readonly urls: { orders: readonly string[]; payment: string },
    readonly history: History,
    private readonly signal: AbortSignal,
  ) {}

  /** Asks for a wish once, at any replica. `body` other than the wish's own is sent under the same key. */
  async attempt(session: Session, wish: Wish, ways: Random, body: Wish['body'] = wish.body): Promise<Reply> {
    const url = ways.pick(this.urls.orders) + wish.path;
    const token = await session.token(this.signal);
    const sentAt = Date.now();
    const reply = await ask({ method: 'POST', url, token, idempotencyKey: wish.key, json: body });
    const same = body === wish.body ? 'same' : 'other';
    this.history.attempted({ wish, body: same, sentAt, endedAt: Date.now(), reply });
    return reply;
  }

  /** Asks for an order, once, with a token that was taken back. */
  async trespass({ token, takenBackAt }: TakenBack, wish: Wish, ways: Random): Promise<void> {
    const url = ways.pick(this.urls.orders) + wish.path;
    const sentAt = Date.now();
    const reply = await ask({ method: 'POST', url, token, idempotencyKey: wish.key, json: wish.body });
    this.history.attempted({ wish, body: 'same', takenBackAt, sentAt, endedAt: Date.now(), reply });
  }

  /** Takes back what a session holds; undefined where nobody knows whether that was done. */
  takeBack(session: Session, way: 'token' | 'session'): Promise<TakenBack | undefined> {
    return session.takeBack(way, this.signal);
  }

  /** Looks at an order, a page of them (`id` then is a query, or nothing), or a payment. */
  async read(session: Session, of: Reading['of'], ways: Random, id?: string): Promise<Reply> {
    const token = await session.token(this.signal);
    const sentAt = Date.now();
    const reply = await ask({ method: 'GET', url: this.addressOf(of, ways, id), token });
    this.history.read({ of, subject: session.subject, id, sentAt, endedAt: Date.now(), reply: withoutText(reply) });
    return reply;
  }

  private addressOf(of: Reading['of'], ways: Random, id = ''): string {
    if (of === 'payment') return `${this.urls.payment}/payments/${id}`;
    return ways.pick(this.urls.orders) + (of === 'orders' ? `/orders${id}` : `/orders/${id}`);
  }
}

/** A page of orders is kept as what it says; its text would double that. */
function withoutText(reply: Reply): Reply {
  return 'body' in reply && reply.body !== undefined && reply.status === 200 ? { ...reply, text: '' } : reply;
}
