import { describe, expect, test } from 'vitest';
import { readEventStream } from './event-stream.js';

async function read(chunks: readonly (string | Uint8Array)[], limit = 1000) {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  const messages = [];
  for await (const message of readEventStream(bytes(), limit)) messages.push(message);
  return messages;
}

describe('a stream of server-sent events', () => {
  const text = 'event: set\nid: a:1\ndata: x.y.z\n\n: a comment\n\nretry: 5\ndata: one\ndata:two\n\n';
  const messages = [
    { event: 'set', id: 'a:1', data: 'x.y.z' },
    { event: 'message', data: 'one\ntwo' },
  ];

  test.each([
    ['at once', [text]],
    ['byte by byte', [...text]],
    ['with carriage returns', [text.replaceAll('\n', '\r')]],
    ['with both', [...text.replaceAll('\n', '\r\n')]],
    ['after a byte order mark', [`\ufeff${text}`]],
  ])('is read the same %s', async (_, chunks) => {
    // The last line end may be half of one: it is complete with what follows.
    expect(await read([...chunks, ':\n'])).toEqual(messages);
  });

  test('drops what was not finished', async () => {
    expect(await read([text, 'event: set\ndata: half\n'])).toEqual(messages);
  });

  test.each([
    ['a line without end', Array.from({ length: 200 }, () => 'x'.repeat(10))],
    ['lines without end', Array.from({ length: 200 }, () => 'data: x\n')],
    ['nameless lines without end', Array.from({ length: 2000 }, () => ':\n')],
  ])('is given up at %s', async (_, chunks) => {
    await expect(read(chunks)).rejects.toThrow('stream.message_too_large');
  });

  test('is given up where it is not text', async () => {
    await expect(read([Uint8Array.of(0xff, 0xfe)])).rejects.toThrow('stream.not_utf8');
  });
});
