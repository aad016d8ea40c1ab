import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreatePaymentBody } from '@waybill/contracts';

/** A request as the stand-in received it. */
export interface ReceivedCharge {
  headers: IncomingHttpHeaders;
  body: CreatePaymentBody;
}

/** How the stand-in answers. */
export type Behaviour = (response: ServerResponse, charge: CreatePaymentBody) => void;

/** A server in payment's place, for the answers that payment never gives on purpose. */
export interface PaymentStandIn {
  url: string;
  received: ReceivedCharge[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Starts it on a free port. Until told otherwise it charges, as payment does. */
export async function startPaymentStandIn(): Promise<PaymentStandIn> {
  let behaviour: Behaviour = charges;
  const received: ReceivedCharge[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await request.toArray()).join(''));
    received.push({ headers: request.headers, body });
    behaviour(response, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    behave(next) {
      behaviour = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with a status and JSON. */
export function answers(status: number, body: unknown): Behaviour {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Payment's own answer to a charge that was made. */
export function paymentOf({ orderId, amount }: CreatePaymentBody) {
  const refunded = { ...amount, amount: 0 };
  return { id: randomUUID(), orderId, status: 'succeeded', amount, refunded, createdAt: new Date().toISOString() };
}

/** Answers as payment does. */
export const charges: Behaviour = (response, charge) => answers(201, paymentOf(charge))(response, charge);
