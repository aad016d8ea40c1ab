import type { ServerResponse } from 'node:http';
import type { Ending } from './fault.js';
import type { Reply } from './message.js';

const html = '<!doctype html><title>Bad gateway</title><h1>The upstream is having a moment</h1>';

/** How each ending is brought about. `reply` is payment's, or undefined where it was not asked; `elsewhere` an address that nobody may follow. */
export const endings: Record<Ending, (response: ServerResponse, reply: Reply | undefined, elsewhere: string) => void> =
  {
    answer: (response, reply) => (reply ? answer(response, reply) : reset(response)),
    never: () => {},
    cut: (response, reply) => (reply ? cut(response, reply) : reset(response)),
    reset: (response) => reset(response),
    'bad gateway': (response) => page(response, 502),
    garbage: (response, reply) => page(response, reply?.status ?? 200),
    redirect: (response, _, elsewhere) => void response.writeHead(307, { location: elsewhere }).end(),
  };

function answer(response: ServerResponse, { status, fields, body }: Reply): void {
  response.writeHead(status, fields).end(body);
}

/** Begins the answer and ends the connection in the middle of its body. */
function cut(response: ServerResponse, { status, fields, body }: Reply): void {
  response.writeHead(status, fields).write(body.subarray(0, body.byteLength / 2), () => response.socket?.destroy());
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function page(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}
