import type { StreamMessage } from '../verify/index.js';
import { StreamFault } from './stream-fault.js';

const lineEnd = /\r\n|\n|\r/g;

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from the chunks of a body.
 * What a message is not complete of at the end is dropped.
 * @throws StreamFault where a message grows beyond the limit, characters
 */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
  maxMessageLength: number,
): AsyncGenerator<StreamMessage> {
  let fields: Field[] = [];
  let length = 0;
  for await (const line of linesOf(chunks, maxMessageLength)) {
    length += line.length;
    if (length > maxMessageLength) throw new StreamFault('stream.message_too_large');
    if (line !== '') {
      fields.push(fieldOf(line));
      continue;
    }
    const message = messageOf(fields);
    if (message) yield message;
    fields = [];
    length = 0;
  }
}

type Field = readonly [name: string, value: string];

async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxLength: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunks) {
    rest += decode(() => decoder.decode(chunk, { stream: true }));
    let start = 0;
    for (const { 0: ending, index } of rest.matchAll(lineEnd)) {
      if (ending === '\r' && index === rest.length - 1) break; // a line feed may follow in the next chunk
      yield rest.slice(start, index);
      start = index + ending.length;
    }
    rest = rest.slice(start);
    if (rest.length > maxLength) throw new StreamFault('stream.message_too_large');
  }
}

function decode(read: () => string): string {
  try {
    return read();
  } catch {
    throw new StreamFault('stream.not_utf8');
  }
}

/** A line without a colon is a name alone; a line that begins with one is a comment, whose name is empty. */
function fieldOf(line: string): Field {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

function messageOf(fields: readonly Field[]): StreamMessage | undefined {
  const last = (name: string) => fields.findLast(([each]) => each === name)?.[1];
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  if (data.length === 0) return undefined;
  const id = last('id');
  return { event: last('event') || 'message', data: data.join('\n'), ...(id !== undefined && { id }) };
}
