import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSample, runSample } from '../sample/running-sample.js';

let sample: RunningSample;
beforeAll(async () => {
  sample = await runSample();
});
afterAll(() => sample.close());

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(sample.url + path, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

function post(body: unknown, type = 'application/json'): Promise<Answer> {
  return ask('/baskets?secret=1', {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Sends bytes that no HTTP client would, and returns all that comes back. */
async function send(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(sample.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

function expectProblem({ status, headers, body }: Answer, expected: { status: number; code: string }): void {
  expect({ status, type: headers.get('content-type') }).toEqual({
    status: expected.status,
    type: expect.stringMatching(/^application\/problem\+json/),
  });
  expect(body).toMatchObject({ ...expected, type: `urn:waybill:problem:${expected.code}` });
  expect(body.instance).not.toMatch(/[?]/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-request-id')).toBeTruthy();
  expect(headers.get('x-powered-by')).toBeNull();
}

const line = { sku: 'BOOK-1', quantity: 1 };

describe('validation', () => {
  test('lets a valid body pass', async () => {
    expect(await post({ items: [line], currency: 'EUR' })).toMatchObject({ status: 201, body: { items: [line] } });
  });

  test.each([
    ['an unknown member', { items: [line], currency: 'EUR', coupon: 1 }, 'coupon', 'is not known here'],
    [
      'an unknown member within',
      { items: [{ ...line, price: 0 }], currency: 'EUR' },
      'items.0.price',
      'is not known here',
    ],
    ['a missing member', { items: [line] }, 'currency', 'is missing'],
    ['a wrong type', { items: [{ ...line, quantity: '1' }], currency: 'EUR' }, 'items.0.quantity', 'must be a number'],
    ['zero', { items: [{ ...line, quantity: 0 }], currency: 'EUR' }, 'items.0.quantity', 'must be at least 1'],
    [
      'a fraction',
      { items: [{ ...line, quantity: 1.5 }], currency: 'EUR' },
      'items.0.quantity',
      'must be a whole number',
    ],
    ['too much', { items: [{ ...line, quantity: 1e9 }], currency: 'EUR' }, 'items.0.quantity', 'must be at most 100'],
    [
      'beyond integers',
      { items: [{ ...line, quantity: 1e300 }], currency: 'EUR' },
      'items.0.quantity',
      'must be at most 9007199254740991',
    ],
    ['an empty list', { items: [], currency: 'EUR' }, 'items', 'must have at least 1 entry'],
    ['a long list', { items: Array(51).fill(line), currency: 'EUR' }, 'items', 'must have at most 50 entries'],
    ['no list', { items: line, currency: 'EUR' }, 'items', 'must be a list'],
    [
      'a wrong form',
      { items: [{ ...line, sku: 'x' }], currency: 'EUR' },
      'items.0.sku',
      'must be a SKU such as BOOK-1',
    ],
    ['an unknown word', { items: [line], currency: 'USD' }, 'currency', 'must be EUR'],
    ['a list as a whole', [], '', 'must be an object'],
    ['null as a whole', 'null', '', 'must be an object'],
  ])('refuses %s', async (_case, body, path, message) => {
    const answer = await post(body);
    expectProblem(answer, { status: 400, code: 'validation_failed' });
    expect(answer.body.errors).toContainEqual({ path, message });
  });

  test('refuses a request without a body', async () => {
    const answer = await ask('/baskets', { method: 'POST' });
    expectProblem(answer, { status: 400, code: 'validation_failed' });
    expect(answer.body.errors).toEqual([{ path: '', message: 'is missing' }]);
  });

  test('tells everything that is wrong at once, and no more than 20 of it', async () => {
    const two = await post({ items: [{ sku: 'x', quantity: 0 }], currency: 'EUR' });
    expect(two.body.errors).toHaveLength(2);
    const names = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`extra${index}`, 1]));
    const many = await post({ items: [line], currency: 'EUR', ...names });
    expect(many.body.errors).toHaveLength(20);
    expect(many.body.detail).toBe('500 members are not valid.');
  });
});

describe('a request that cannot be read', () => {
  test.each(['{', '', '{"a":1}x', '{"__proto__":{"a":1}}', '\u0000'])('is refused: %j', async (body) => {
    expectProblem(await post(body), { status: 400, code: 'malformed_body' });
  });

  test('is refused over 64 KiB, and read at 64 KiB', async () => {
    expectProblem(await post(`"${'x'.repeat(65_535)}"`), { status: 413, code: 'body_too_large' });
    expectProblem(await post(`"${'x'.repeat(65_534)}"`), { status: 400, code: 'validation_failed' });
  });

  test.each(['text/plain', 'application/xml', 'nonsense'])('is refused as %s', async (type) => {
    expectProblem(await post('{}', type), { status: 415, code: 'unsupported_media_type' });
  });

  test('is refused where its path is broken', async () => {
    expectProblem(await ask('/named/%zz?secret=1'), { status: 400, code: 'malformed_url' });
    expectProblem(await ask(`/named/${'x'.repeat(300)}`), { status: 414, code: 'url_too_long' });
  });

  test('is refused where nothing is', async () => {
    const answer = await ask('/nowhere?secret=1');
    expectProblem(answer, { status: 404, code: 'not_found' });
    expect(answer.body).toMatchObject({ instance: '/nowhere' });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  test.each([
    ['its header fields are too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['it is not HTTP', 'nonsense\r\n\r\n', 400],
  ])('is refused where %s', async (_case, bytes, status) => {
    const answer = await send(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer).toContain(`"status":${status}`);
  });
});

describe('a failure', () => {
  test.each(['/defect', '/failed-query'])('at %s says nothing of its cause', async (path) => {
    const answer = await ask(path);
    expectProblem(answer, { status: 500, code: 'internal_error' });
    expect(JSON.stringify(answer.body)).not.toMatch(/hidden|deeper|insert|\.ts|\.js/);
  });

  test('of the database is a 503 that says when to try again', async () => {
    const answer = await ask('/database-away');
    expectProblem(answer, { status: 503, code: 'database_away' });
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

test("an app's own problem goes out with its members and header fields, and cannot replace the standard ones", async () => {
  const answer = await ask('/declined');
  expectProblem(answer, { status: 402, code: 'payment_declined' });
  expect(answer.body).toMatchObject({ orderId: '7', detail: 'Try another payment method.', instance: '/declined' });
  expect(answer.headers.get('location')).toBe('/orders/7');
});

test('a refusal stays with the guard: challenge and decision id reach the client', async () => {
  const answer = await ask('/guarded');
  expectProblem(answer, { status: 401, code: 'credentials_missing' });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="order.service"');
  expect(answer.body.decisionId).toBeTruthy();
});
