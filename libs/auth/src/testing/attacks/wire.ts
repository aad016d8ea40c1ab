import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

/** An answer as it came over the wire; header fields by lower-case name, repeated ones joined with a comma. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as it goes over the wire; `Host`, `Connection` and `Content-Length` are added unless they are given. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const timeoutMs = 10_000;

/**
 * Sends a request byte for byte as it is written, which no HTTP client would: repeated fields, line breaks, any method.
 * @throws Error where the service closes without an answer, or gives none within 10 s
 */
export async function sendOverWire(origin: URL, request: WireRequest): Promise<WireAnswer> {
  const socket = connect(origin);
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    socket.write(serialize(origin, request));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await once(socket, 'close');
    return parseAnswer(Buffer.concat(chunks));
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function connect({ protocol, hostname, port }: URL): net.Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'https:') return tls.connect({ host, port: Number(port || 443), servername: host });
  return net.connect({ host, port: Number(port || 80) });
}

function serialize(origin: URL, request: WireRequest): string {
  const given = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const length = request.body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(request.body))]];
  const own = [['Host', origin.host], ['Connection', 'close'], ...length].filter(
    ([name = '']) => !given.has(name.toLowerCase()),
  );
  const lines = [...own, ...request.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${request.method} ${request.target} HTTP/1.1\r\n${lines.join('')}\r\n${request.body ?? ''}`;
}

function parseAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...fields] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) throw new Error('the connection was closed without an answer');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(field) ?? [];
    headers[name.toLowerCase()] = [headers[name.toLowerCase()] ?? [], value].flat().join(', ');
  }
  const rest = bytes.subarray(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? joinChunks(rest) : rest;
  return { status: Number(status), headers, body: body.toString() };
}

/** Undoes the chunked transfer coding (RFC 9112 §7.1). */
function joinChunks(bytes: Buffer): Buffer {
  const lineEnd = bytes.indexOf('\r\n');
  const size = Number.parseInt(bytes.subarray(0, lineEnd).toString('latin1'), 16);
  if (!(size > 0)) return Buffer.alloc(0);
  const start = lineEnd + 2;
  return Buffer.concat([bytes.subarray(start, start + size), joinChunks(bytes.subarray(start + size + 2))]);
}
