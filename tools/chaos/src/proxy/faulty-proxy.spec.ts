import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Random } from '../seed/random.js';
import { type Fate, type FaultKind, faultKinds, nextFate } from './fault.js';
import { FaultyProxy } from './faulty-proxy.js';

/** Far from anything that a busy machine needs for a request. */
const timeoutMs = 8_000;
const impatienceMs = 1_500;
let payment: Server;
let arrived: { line: string; fields: string[]; body: string }[];
let proxy: FaultyProxy | undefined;

beforeEach(async () => {
  arrived = [];
  payment = createServer(async (incoming, response) => {
    arrived.push({
      line: `${incoming.method} ${incoming.url}`,
      fields: incoming.rawHeaders,
      body: await text(incoming),
    });
    response.writeHead(201, { 'X-Made': 'yes' }).end('{"status":"succeeded"}');
  });
  await once(payment.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  await proxy?.close();
  payment.closeAllConnections();
  payment.close();
});

/** A proxy whose first request has the fate that a fault of this kind is. */
async function proxyWith(kind: FaultKind | 'none'): Promise<FaultyProxy> {
  const seed = Array.from({ length: 10_000 }, (_, n) => n).find((n) => fateOf(n).kind === kind);
  const target = `http://127.0.0.1:${(payment.address() as AddressInfo).port}`;
  proxy = await FaultyProxy.start({ target, timeoutMs, random: new Random(seed ?? 0, 'proxy') });
  return proxy;
}

function fateOf(seed: number): Fate {
  return nextFate(new Random(seed, 'proxy'), timeoutMs);
}

/** What a caller gets: status and body, or how the connection ended. One that gives up does so long before it would have to. */
async function ask({ url }: FaultyProxy, givesUp = false): Promise<string> {
  const outgoing = request(`${url}/payments?a=b`, {
    method: 'POST',
    agent: false,
    headers: ['Host', 'payment.example:81', 'X-Odd-Case', '1', 'content-length', '2'],
    ...(givesUp && { signal: AbortSignal.timeout(impatienceMs) }),
  });
  outgoing.end('{}');
  try {
    const [answer] = await once(outgoing, 'response');
    return `${answer.statusCode} ${await text(answer)}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

test('passes a request on with its Host, path, fields and body as they are', async () => {
  expect(await ask(await proxyWith('none'))).toBe('201 {"status":"succeeded"}');
  expect(arrived).toMatchObject([{ line: 'POST /payments?a=b', body: '{}' }]);
  expect(arrived[0]?.fields.slice(0, 4)).toEqual(['Host', 'payment.example:81', 'X-Odd-Case', '1']);
});

const whole = '201 {"status":"succeeded"}';
const gaveUp = 'ABORT_ERR';

test.each<[FaultKind, string, number]>([
  ['request dropped', gaveUp, 0],
  ['request slow', whole, 1],
  ['request late', gaveUp, 0],
  ['request twice', whole, 2],
  ['request again later', whole, 1],
  ['answer dropped', gaveUp, 1],
  ['answer slow', whole, 1],
  ['answer late', gaveUp, 1],
  ['answer cut', 'ECONNRESET', 1],
  ['reset before payment', 'ECONNRESET', 0],
  ['reset after payment', 'ECONNRESET', 1],
])('%s: the caller gets %s, and payment %i of it at first', async (kind, expected, times) => {
  const faulty = await proxyWith(kind);
  expect(await ask(faulty, expected === gaveUp)).toBe(expected);
  await vi.waitFor(() => expect(faulty.counts.get(kind)).toBe(1));
  await vi.waitFor(() => expect(arrived).toHaveLength(times));
});

test.each<[FaultKind, RegExp, number]>([
  ['bad gateway', /^502 <!doctype html>/, 0],
  ['garbage instead of the answer', /^201 <!doctype html>/, 1],
  ['redirect', /^307 $/, 0],
])('%s: the caller gets what is no answer of payment', async (kind, expected, times) => {
  expect(await ask(await proxyWith(kind))).toMatch(expected);
  expect(arrived).toHaveLength(times);
});

test.each<FaultKind>(['request late', 'request again later'])('healing delivers a %s at once', async (kind) => {
  const faulty = await proxyWith(kind);
  await ask(faulty, kind === 'request late');
  const before = arrived.length;
  await faulty.heal();
  expect(arrived).toHaveLength(before + 1);
  expect(await ask(faulty)).toBe(whole);
});

test('resets the connection where payment is away', async () => {
  const faulty = await proxyWith('none');
  payment.close();
  payment.closeAllConnections();
  expect(await ask(faulty)).toBe('ECONNRESET');
});

test('sees whoever follows a redirect', async () => {
  const faulty = await proxyWith('redirect');
  await fetch(`${faulty.url}/payments`, { method: 'POST', body: '{}' }).catch(() => undefined);
  expect(faulty.strays).toEqual(['POST /payments']);
});

test('brings about every kind of fault within some hundred requests', () => {
  const random = new Random(1, 'proxy');
  const kinds = new Set(Array.from({ length: 700 }, () => nextFate(random, timeoutMs).kind));
  expect([...faultKinds].filter((kind) => !kinds.has(kind))).toEqual([]);
});
