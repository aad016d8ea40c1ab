import { Readable } from 'node:stream';
import { isDatabaseAway } from '@waybill/database';
import type { StreamMessage } from './event-feed.js';

/** How long a stream that has to end may take until its reader has taken what it was sent, milliseconds. */
const patienceMs = 500;

/**
 * The body of a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Resolves with
 * its first message at hand, and rejects with what stands in its way: nothing has been answered by then.
 */
export async function eventStreamBody(
  messages: AsyncGenerator<StreamMessage, void>,
  signal: AbortSignal,
): Promise<Readable> {
  const first = await messages.next();
  const body = Readable.from(textOf(first, messages, signal), { objectMode: false });
  const cut = () => setTimeout(() => body.destroy(), patienceMs).unref();
  signal.addEventListener('abort', cut, { once: true });
  body.once('close', () => signal.removeEventListener('abort', cut));
  return body;
}

async function* textOf(
  first: IteratorResult<StreamMessage, void>,
  messages: AsyncGenerator<StreamMessage, void>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done && !signal.aborted; next = await messages.next()) yield written(next.value);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error; // who follows the log tells of a database that is away; the reader comes back
  }
}

function written({ event, id, data }: StreamMessage): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
