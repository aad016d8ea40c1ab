import { developmentClientSecret } from '@waybill/service-defaults';
import { basic, decode, type RunningAuth, token } from './auth-service.js';

/** A message of the feed, as it came. */
export interface FeedMessage {
  event: string;
  id: string | undefined;
  data: string;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** When it came, by the clock of `performance.now`. */
  cameAt: number;
}

/** A stream that is read all the time. */
export interface FeedReader {
  status: number;
  headers: Headers;
  /** The body, where the answer is no stream. */
  problem: Record<string, unknown>;
  /** What has come up to now, in its order. */
  messages: FeedMessage[];
  /** Those of one kind. */
  of(event: 'snapshot' | 'set' | 'heartbeat'): FeedMessage[];
  /** Resolves when the stream is over, however it ended. */
  ended: Promise<void>;
  /** Goes away. */
  leave(): void;
}

/** An access token of the order service's client in development, for the feed. */
export async function readerToken(auth: RunningAuth, folder: string, client = 'order'): Promise<string> {
  const credentials = basic(client, developmentClientSecret(folder, client));
  const { body } = await token(auth, { grant_type: 'client_credentials', scope: 'events.read' }, credentials);
  return body.access_token;
}

/** Opens the feed, after a position where one is given. */
export async function readFeed({ url }: { url: string }, bearer: string, lastEventId?: string): Promise<FeedReader> {
  const over = new AbortController();
  const response = await fetch(`${url}/security-events`, {
    signal: over.signal,
    headers: { Authorization: `Bearer ${bearer}`, ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
  });
  const { status, headers } = response;
  const messages: FeedMessage[] = [];
  const isStream = headers.get('Content-Type') === 'text/event-stream';
  const ended = isStream ? collect(response, messages).catch(() => undefined) : Promise.resolve();
  return {
    status,
    headers,
    problem: isStream ? {} : ((await response.json()) as Record<string, unknown>),
    messages,
    of: (event) => messages.filter((message) => message.event === event),
    ended,
    leave: () => over.abort(),
  };
}

async function collect({ body }: Response, messages: FeedMessage[]): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    const whole = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = whole.pop() ?? '';
    messages.push(...whole.map(parse));
  }
}

function parse(text: string): FeedMessage {
  const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  const { event, id, data } = fields;
  return { event, id, data, ...decode(data), cameAt: performance.now() };
}
