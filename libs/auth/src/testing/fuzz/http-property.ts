import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { exchange } from '../../guard/guarded-service.fixture.js';
import { type ExpectedAnswer, expectedAnswer, type SentRequest } from './expected-answer.js';
import { judge } from './oracle.js';
import { presentSecond } from './present-second.js';
import { type RequestSpecimen, requests, routes } from './requests.js';
import { deliver, mint } from './specimen.js';
import type { Tally } from './tally.js';

type Response = Awaited<ReturnType<typeof exchange>>;

/** A service, guarded as the fuzzer's issuers ask for, answers each request as the written rules say, and never with an error of its own. */
export function httpProperty(url: string, tally: Tally): fc.IAsyncProperty<[RequestSpecimen]> {
  return fc.asyncProperty(requests, async (specimen) => {
    const { value, now } = await presentSecond(async (now) => {
      const sent = written(specimen, now);
      return { sent, response: await send(url, sent, specimen) };
    });
    const expected = await expectedAnswer(value.sent, (token) => judge(token, now));
    compare(value.sent, value.response, expected);
    tally.note(expected.code ?? `let through (${expected.status})`);
  });
}

/** No header line can hold more, nor a character of another kind: Node's client would not send it. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/g;
const maxLine = 8500;

function written({ route, token: specimen, fields, query }: RequestSpecimen, now: number): SentRequest {
  const token = deliver(mint(specimen, now), specimen).replace(unsendable, '?');
  const room = Math.floor(maxLine / Math.max(1, fields.join().split('<token>').length - 1));
  return {
    route,
    values: fields.map(([, value]) => value.replaceAll('<token>', () => token.slice(0, room))),
    query: query.replaceAll('<token>', () => encodeURIComponent(token.slice(0, 500))),
  };
}

function send(url: string, { route, values, query }: SentRequest, { fields }: RequestSpecimen): Promise<Response> {
  const { method } = routes[route];
  const lines = fields.flatMap(([name], index) => [name, values[index] ?? '']);
  return exchange(`${url}${route}${query && `?${query}`}`, ['content-type', 'application/json', ...lines], {
    method,
    ...(method === 'POST' && { body: '{}' }),
  });
}

function compare(sent: SentRequest, { status, challenge, body }: Response, expected: ExpectedAnswer): void {
  const { code, challenge: expectedChallenge } = expected;
  const answer = { status, code: body.code, challenge };
  deepStrictEqual(
    answer,
    { status: expected.status, code, challenge: expectedChallenge },
    JSON.stringify({ sent, answer, expected }),
  );
  if (code === undefined) return;
  const members = ['code', 'decisionId', 'detail', 'instance', 'status', 'title', 'type'];
  deepStrictEqual(Object.keys(body).sort(), code === 'insufficient_scope' ? [...members, 'scope'].sort() : members);
  deepStrictEqual(body.instance, sent.route);
}
