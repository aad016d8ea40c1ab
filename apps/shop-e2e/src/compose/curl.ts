import { run } from './program.js';

/** An answer, its body read to the end. */
export interface Answer {
  status: number;
  /** Field values by lower-case name. */
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** What to send: a JSON body makes it a POST; the token goes into the Authorization field. */
export interface Sent {
  token?: string;
  json?: unknown;
  signal?: AbortSignal;
}

/** Sends a request with the real curl, as the README has it. */
export async function send(url: string, { token, json, signal }: Sent = {}): Promise<Answer> {
  const args = ['--silent', '--show-error', '--include', '--max-time', '20', url];
  if (token !== undefined) args.push('--header', `Authorization: Bearer ${token}`);
  if (json !== undefined) args.push('--header', 'Content-Type: application/json', '--data', JSON.stringify(json));
  return read(await run('curl', args, { signal }));
}

function read(response: string): Answer {
  const end = response.indexOf('\r\n\r\n');
  const [statusLine = '', ...fields] = response.slice(0, end).split('\r\n');
  const text = response.slice(end + 4);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(fields.map(readField)),
    body: text ? JSON.parse(text) : {},
  };
}

function readField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
