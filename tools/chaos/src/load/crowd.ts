import type { People } from '../deployment/index.js';
import { Customer } from './customer.js';
import type { History } from './history.js';
import { Market } from './market.js';
import { Session, type SessionOptions } from './session.js';

/** Where a crowd shops, and by which choices. */
export interface CrowdOptions {
  people: People;
  customers: number;
  seed: number;
  urls: { auth: string; orders: readonly string[]; payment: string };
  history: History;
  onSecret: SessionOptions['onSecret'];
  /** How long a customer thinks between two errands, milliseconds at most. */
  thinkMs(): number;
  /** Ends whatever waits, and the run with it. */
  signal: AbortSignal;
}

/** All customers, some of them the same person signed in several times. */
export class Crowd {
  readonly market: Market;
  readonly customers: readonly Customer[];
  /** One of each person who places orders. */
  readonly sessions: readonly Session[];

  constructor(options: CrowdOptions) {
    const { people, customers, seed, urls, history, onSecret, thinkMs, signal } = options;
    const sessionOf = (credentials: SessionOptions['credentials']) =>
      new Session({
        authUrl: urls.auth,
        credentials,
        onSecret,
        onRefusal: (line) => history.refusedSignIns.push(line),
      });
    this.market = new Market(urls, history, signal);
    this.sessions = people.shoppers.map(sessionOf);
    const refunder = sessionOf(people.refunder);
    this.customers = Array.from({ length: customers }, (_, index) => {
      const session = sessionOf(people.shoppers[index % people.shoppers.length] ?? people.refunder);
      return new Customer({ market: this.market, session, refunder, seed, place: { index, of: customers }, thinkMs });
    });
  }

  /** Has everybody shop until the signal is aborted. */
  async shop(signal: AbortSignal): Promise<void> {
    await Promise.all(this.customers.map((customer) => customer.shop(signal)));
  }
}
