import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServedFeed } from './served-feed.js';
import type { TestEventFeed, TestEventFeedOptions } from './test-event-feed.js';

/** Several feeds under one origin, as one token may read them. */
export interface TestFeedServer {
  /** Begins the feed of an issuer. */
  feedOf(issuer: string, options?: TestEventFeedOptions): TestEventFeed;
  close(): Promise<void>;
}

/** Starts a server for the feeds of several issuers. */
export async function createTestFeedServer(host = '127.0.0.1', port = 0): Promise<TestFeedServer> {
  const feeds = new Map<string, ServedFeed>();
  const server = createServer((request, response) => {
    const [, path = '', rest] = /^(\/\d+\/security-events)(.*)$/.exec(request.url ?? '') ?? [];
    const feed = feeds.get(path);
    if (feed && rest === '/jwks.json') feed.answerKeys(response);
    else if (feed && rest === '') feed.answerReader(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    feedOf: (issuer, options) => {
      const path = `/${feeds.size}/security-events`;
      const feed = new ServedFeed(issuer, origin + path, options);
      feeds.set(path, feed);
      return feed;
    },
    close: async () => {
      for (const feed of feeds.values()) feed.end();
      server.closeAllConnections();
      await new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve(undefined))));
    },
  };
}

/** Starts the feed of one issuer. */
export async function createTestEventFeed(issuer: string, options?: TestEventFeedOptions): Promise<TestEventFeed> {
  const server = await createTestFeedServer();
  return Object.assign(server.feedOf(issuer, options), { close: () => server.close() });
}
