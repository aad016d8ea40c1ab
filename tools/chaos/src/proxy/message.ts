import { type IncomingMessage, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request as it came in: its header fields in their order and spelling, `Host` included, since its signature covers them. */
export interface Received {
  method: string;
  /** Path and query. */
  target: string;
  fields: string[];
  body: Buffer;
}

/** An answer, read to its end. */
export interface Reply {
  status: number;
  fields: string[];
  body: Buffer;
}

/** Reads a request to its end. */
export async function receive(message: IncomingMessage): Promise<Received> {
  const { method = 'GET', url = '/', rawHeaders } = message;
  return { method, target: url, fields: rawHeaders, body: await buffer(message) };
}

/** Delivers a request unchanged, on a connection of its own. Rejects where there is no complete answer. */
export function deliver(origin: URL, { method, target, fields, body }: Received): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = origin;
    const outgoing = send({ hostname, port, method, path: target, headers: fields, agent: false });
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      const { statusCode: status = 502, rawHeaders } = answer;
      buffer(answer).then((whole) => resolve({ status, fields: rawHeaders, body: whole }), reject);
    });
    outgoing.end(body);
  });
}
