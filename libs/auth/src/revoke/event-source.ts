import type { StreamMessage } from '../verify/index.js';
import { readEventStream } from './event-stream.js';
import { maxMessageBytes } from './event-token.js';
import { StreamFault } from './stream-fault.js';

/** Where the messages of a feed come from. */
export interface EventSource {
  /** Opens the stream after a position (`<log>:<seq>`), or with a snapshot where there is none. It ends with the signal. */
  open(position: string | undefined, signal: AbortSignal): AsyncIterable<StreamMessage>;
}

/** With whose authority a feed is read. */
export interface FeedReader {
  /** An access token that may read the feed. */
  accessToken(): Promise<string>;
  /** The feed refused this token. */
  refused(token: string, status: 401 | 403): void;
}

/** A feed over HTTP, at this address and no other: no redirect is followed, so the token goes nowhere else. */
export function httpEventSource(address: URL, reader: FeedReader): EventSource {
  return {
    async *open(position, signal) {
      const token = await reader.accessToken();
      const response = await fetch(address, {
        redirect: 'error',
        signal,
        cache: 'no-store',
        headers: {
          accept: 'text/event-stream',
          'accept-encoding': 'identity',
          authorization: `Bearer ${token}`,
          ...(position !== undefined && { 'last-event-id': position }),
        },
      });
      const { status, body } = response;
      if (status === 401 || status === 403) reader.refused(token, status);
      if (status !== 200 || !isEventStream(response) || !body) {
        await body?.cancel();
        throw new StreamFault(status === 200 ? 'stream.not_server_sent_events' : `stream.answered_${status}`);
      }
      yield* readEventStream(body, maxMessageBytes);
    },
  };
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\s*(;|$)/i.test(headers.get('content-type') ?? '');
}
