import type { Scheduler } from 'fast-check';
import type { OrderRow } from '../orders/order.table.js';
import type { PaymentAnswer } from '../payment-hop/payment-answer.js';
import type { ChargeHop } from '../place-order/place-order.js';
import type { FenceCharge } from '../place-order/settle-order.js';
import type { PaymentModel } from './payment-model.js';
import type { Process } from './process.js';

/** What the network does with one request and its answer. */
export type Weather =
  | 'fair'
  | 'request lost'
  | 'answer lost'
  | 'sent twice'
  | 'garbage'
  | 'cut'
  | 'server error'
  | 'refused';

/** Payment refused the caller: a token that expired or was revoked on the way. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** What a transport works with. */
export interface TransportParts {
  readonly scheduler: Scheduler;
  readonly payment: PaymentModel;
  /** The payment process of this moment. */
  readonly process: () => Process;
  /** The weather of the next request. */
  readonly weather: () => Weather;
  /** Whether nobody gives up waiting any more. */
  readonly patient: () => boolean;
}

/** The way to payment: it loses, doubles, delays and spoils, and whoever waits gives up at a moment of the scheduler's choice. */
export function transport({ scheduler, payment, process, weather, patient }: TransportParts): ChargeHop & FenceCharge {
  const send = async (deliver: (at: Process) => Promise<PaymentAnswer>): Promise<PaymentAnswer> => {
    const answer = Promise.withResolvers<PaymentAnswer>();
    const now = weather();
    if (now === 'refused') throw new Refused();
    const arrives = () => deliver(process());
    if (now === 'sent twice') void arrives();
    if (now !== 'request lost') void arrives().then((given) => answer.resolve(asReceived(given, now)));
    if (!patient())
      void scheduler.schedule(Promise.resolve(), 'time-out').then(() => answer.resolve({ lost: 'time-out' }));
    return answer.promise;
  };
  return {
    ensureMayCharge: async () => undefined,
    admit: (work) => work(),
    charge: ({ id: orderId, total: amount, paymentMethod }: OrderRow) =>
      send((at) => payment.charge({ orderId, amount, paymentMethod }, at.step)),
    fenceCharge: (orderId) => send((at) => payment.fence(orderId, at.step)),
  };
}

function asReceived(answer: PaymentAnswer, weather: Weather): PaymentAnswer {
  switch (weather) {
    case 'answer lost':
      return { lost: 'connection lost' };
    case 'garbage':
      return { status: 201, body: 'charged!' };
    case 'cut':
      return { lost: 'cut' };
    case 'server error':
      return { status: 503, body: { code: 'gateway_undecided' } };
    default:
      return answer;
  }
}
