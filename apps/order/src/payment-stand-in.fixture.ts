import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChargeFence, CreatePaymentBody, CreatePaymentRefundBody, RefundFence } from '@waybill/contracts';

/** A request as the stand-in received it. */
export interface Received<Body> {
  headers: IncomingHttpHeaders;
  path: string;
  body: Body;
}

/** How the stand-in answers. */
export type Behaviour<Body = CreatePaymentBody> = (response: ServerResponse, body: Body) => void;

/** A server in payment's place, for the answers that payment never gives on purpose. */
export interface PaymentStandIn {
  url: string;
  /** The charges that were asked for. */
  received: Received<CreatePaymentBody>[];
  /** The refunds that were asked for. */
  refunds: Received<CreatePaymentRefundBody>[];
  /** The fences that were asked for, by id of the order or refund. */
  fences: Received<{ id: string }>[];
  behave(behaviour: Behaviour): void;
  behaveAtRefunds(behaviour: Behaviour<CreatePaymentRefundBody>): void;
  behaveAtFences(behaviour: Behaviour<{ id: string }>): void;
  close(): Promise<void>;
}

/** Starts it on a free port. Until told otherwise it charges and refunds, as payment does, and cannot be asked for a fence. */
export async function startPaymentStandIn(): Promise<PaymentStandIn> {
  let [charge, refund, fence]: [Behaviour, Behaviour<CreatePaymentRefundBody>, Behaviour<{ id: string }>] = [
    charges,
    makesRefund,
    answers(503, { code: 'gateway_undecided' }),
  ];
  const standIn = { received: [] as Received<CreatePaymentBody>[], refunds: [] as Received<CreatePaymentRefundBody>[] };
  const fences: Received<{ id: string }>[] = [];
  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request;
    const text = (await request.toArray()).join('');
    const fenced = /^\/payments\/by-(?:order|refund)\/([^/]+)\/fence$/.exec(path)?.[1];
    if (fenced !== undefined) {
      fences.push({ headers, path, body: { id: fenced } });
      fence(response, { id: fenced });
    } else if (path.endsWith('/refunds')) {
      standIn.refunds.push({ headers, path, body: JSON.parse(text) });
      refund(response, JSON.parse(text));
    } else {
      standIn.received.push({ headers, path, body: JSON.parse(text) });
      charge(response, JSON.parse(text));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...standIn,
    fences,
    behave(next) {
      charge = next;
    },
    behaveAtRefunds(next) {
      refund = next;
    },
    behaveAtFences(next) {
      fence = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with a status and JSON. */
export function answers(status: number, body: unknown): Behaviour<unknown> {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Payment's own answer to a charge that was made. */
export function paymentOf({ orderId, amount }: CreatePaymentBody) {
  const refunded = { ...amount, amount: 0 };
  const createdAt = new Date().toISOString();
  return { id: randomUUID(), orderId, status: 'succeeded' as const, amount, refunded, createdAt };
}

/** Answers as payment does. */
export const charges: Behaviour = (response, charge) => answers(201, paymentOf(charge))(response, charge);

/** Payment's own answer to a refund that was made; the stand-in's own id of the payment is not checked here. */
export function refundOf({ refundId, amount }: CreatePaymentRefundBody, paymentId: string) {
  return { id: refundId, paymentId, status: 'succeeded' as const, amount, createdAt: new Date().toISOString() };
}

/** Refuses as long as nobody says which payment it is of: see {@link refundsOf}. */
const makesRefund: Behaviour<CreatePaymentRefundBody> = answers(404, { code: 'payment_not_found' });

/** Makes refunds of one payment, as payment does. */
export function refundsOf(paymentId: string): Behaviour<CreatePaymentRefundBody> {
  return (response, body) => answers(201, refundOf(body, paymentId))(response, body);
}

/** Answers that nothing was charged, and nothing ever will be. */
export const fencedUncharged: Behaviour<{ id: string }> = (response, { id: orderId }) => {
  const fence: ChargeFence = { orderId, outcome: 'not_charged', payment: null, declineReason: null };
  answers(200, fence)(response, undefined);
};

/** Answers that nothing was given back, and nothing ever will be. */
export const fencedUnrefunded: Behaviour<{ id: string }> = (response, { id: refundId }) => {
  const fence: RefundFence = { refundId, outcome: 'not_refunded', refund: null, declineReason: null };
  answers(200, fence)(response, undefined);
};
