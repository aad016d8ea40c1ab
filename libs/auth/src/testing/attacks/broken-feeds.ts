import type { FeedFault } from '../test-event-feed.js';
import type { TestFeedServer } from '../test-feed-server.js';
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '../test-issuer.js';

const failures = {
  'has never sent a snapshot': 'no snapshot',
  'has sent half a snapshot': 'truncated snapshot',
  'is away': 'away',
  'fell silent': 'silent after the snapshot',
} as const satisfies Record<string, FeedFault>;

/** The ways in which a feed fails. */
export type FeedFailure = keyof typeof failures;

/** Every way in which a feed fails. */
export const feedFailures = Object.keys(failures) as FeedFailure[];

/** Issuers whose keys can be had and whose feeds fail. The service must trust all of them, and follow their feeds. */
export type BrokenFeeds = Readonly<Record<FeedFailure, TestIssuer & { readonly eventsUrl: string }>>;

/** Starts one issuer for each way to fail; given a port, on that port and the ones after it. */
export async function createBrokenFeeds(
  server: TestFeedServer,
  place: Pick<TestIssuerOptions, 'host' | 'port'> = {},
): Promise<BrokenFeeds> {
  const started = feedFailures.map(async (failure, index) => {
    const issuer = await createTestIssuer({ ...place, ...(place.port !== undefined && { port: place.port + index }) });
    const feed = server.feedOf(issuer.url, { pageSize: 1 });
    for (const sid of ['one', 'two']) feed.revokeSessions(sid);
    feed.fail(failures[failure]);
    return [failure, Object.assign(issuer, { eventsUrl: feed.url })];
  });
  return Object.fromEntries(await Promise.all(started));
}

/** Closes the issuers; their feeds end with the server. */
export async function closeBrokenFeeds(issuers: BrokenFeeds): Promise<void> {
  await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
}
