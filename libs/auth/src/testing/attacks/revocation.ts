import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestEventFeed } from '../test-event-feed.js';
import type { FeedForgery, FeedMessage } from '../test-event-log.js';
import type { TestKey } from '../test-token.js';
import { type Attack, bearer, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import type { AttackRequest } from './attack-request.js';
import { feedFailures } from './broken-feeds.js';

/** How soon what was taken back must be refused, milliseconds. */
const boundMs = 1000;

/** A token, and what takes it back. It is used before, so that a guard which remembers it has something to forget. */
function takenBack(
  name: string,
  takeBack: (feed: TestEventFeed, token: string, context: AttackContext) => void,
  scopes: readonly string[] = [],
): Attack {
  return {
    name,
    expected: 'T',
    attack: async (context) => {
      const { feed } = context;
      const request = bearer(context.mint({ scopes: [...context.route.scopes, ...scopes] }));
      await requirePassing(context, request);
      takeBack(feed, request.token ?? '', context);
      return whenRefused(context, request);
    },
  };
}

const taken: readonly Attack[] = [
  takenBack('a token that was revoked', (feed, token) => feed.revokeToken(claimsOf(token).jti)),
  takenBack('a token of a session that was ended', (feed, token) => feed.revokeSessions('x', claimsOf(token).sid)),
  takenBack(
    'a token with a scope that was withdrawn, which the route does not need',
    (feed, token) => feed.withdrawScopes(claimsOf(token).sid, 'other.write'),
    ['other.write'],
  ),
  takenBack('a token that a withdrawn key signed, which the key set still lists', (feed, _, { issuer }) => {
    const { kid } = issuer.key;
    issuer.rotate();
    feed.withdrawKey(kid);
  }),
];

const standing: readonly Attack[] = [
  {
    name: 'a token of a session of which another scope was withdrawn',
    expected: 'A',
    attack: async (context) => {
      const token = context.mint();
      context.feed.withdrawScopes(claimsOf(token).sid, 'other.write');
      return settled(context, bearer(token));
    },
  },
  {
    name: 'a token that the key signs which came after a withdrawn one',
    expected: 'A',
    attack: ({ mint }) => bearer(mint()),
  },
  {
    name: 'a token of the same subject as one that was revoked',
    expected: 'A',
    attack: async (context) => {
      context.feed.revokeToken(claimsOf(context.mint()).jti);
      return settled(context, bearer(context.mint()));
    },
  },
];

/** What nobody but the issuer may say: none of it takes back the token that it names. */
const forgeries: Readonly<Record<string, (context: AttackContext, forgery: FeedForgery) => FeedMessage>> = {
  'signed with a foreign key': ({ feed }, forgery) => feed.forge('set', { ...forgery, key: foreignKey() }),
  "signed with a foreign key under the id of the feed's": ({ feed }, forgery) =>
    feed.forge('set', { ...forgery, key: { ...foreignKey(), kid: kidOf(feed.forge('set', {})) } }),
  'signed with the key of access tokens': ({ feed, issuer }, forgery) =>
    feed.forge('set', { ...forgery, key: issuer.key }),
  'with `alg: none`': ({ feed }, forgery) => feed.forge('set', { ...forgery, header: { alg: 'none' } }),
  'without a signature': ({ feed }, forgery) => {
    const { data, ...message } = feed.forge('set', { ...forgery, header: { alg: 'none' } });
    return { ...message, data: data.replace(/[^.]+$/, '') };
  },
  'of another issuer': ({ feed }, forgery) =>
    feed.forge('set', { ...forgery, claims: { ...forgery.claims, iss: 'https://other.example' } }),
  'that is an access token': ({ feed }, forgery) => feed.forge('set', { ...forgery, header: { typ: 'at+jwt' } }),
  'out of its order': ({ feed }, forgery) =>
    feed.forge('set', { ...forgery, claims: { ...forgery.claims, seq: 1_000_000 } }),
};

const forged: readonly Attack[] = Object.entries(forgeries).map(([name, forge]) => ({
  name: `a token that is named by an event ${name}`,
  expected: 'A',
  attack: async (context) => {
    const token = context.mint();
    context.feed.send(forge(context, revocationOf(claimsOf(token).jti)));
    await delay(50);
    return settled(context, { ...bearer(token), route: context.sensitive });
  },
}));

const missed: Attack = {
  name: 'a token whose revocation was lost on the way',
  expected: 'T',
  attack: async (context) => {
    const { feed } = context;
    const request = bearer(context.mint());
    await requirePassing(context, request);
    feed.fail('losing events');
    feed.revokeToken(claimsOf(request.token ?? '').jti);
    feed.fail(undefined);
    return whenRefused(context, request);
  },
};

/** Closed where it matters, and only there. */
const withoutNews: readonly Attack[] = feedFailures.flatMap((failure) => {
  const token = ({ brokenFeeds, audience, route: { scopes } }: AttackContext) =>
    bearer(brokenFeeds[failure].token({ audience, scopes }));
  return [
    {
      name: `a sensitive route, where the feed ${failure}`,
      expected: 'V',
      attack: async (context) => whenUnjudged(context, { ...token(context), route: context.sensitive }),
    },
    { name: `another route, where the feed ${failure}`, expected: 'A', attack: token },
  ] satisfies Attack[];
});

export const revocation: Family = {
  name: 'revocation',
  attacks: [
    {
      name: 'a sensitive route with fresh news',
      expected: 'A',
      attack: (context) => settled(context, { ...bearer(context.mint()), route: context.sensitive }),
    },
    ...taken,
    ...standing,
    ...forged,
    missed,
    ...withoutNews,
  ],
};

/** The request, once a service that withstands refuses it; after the bound in any case. */
async function whenRefused(context: AttackContext, request: AttackRequest): Promise<AttackRequest> {
  return when(context, request, (status) => status === 401, boundMs);
}

/** The request, once a service that withstands cannot judge it any more. */
async function whenUnjudged(context: AttackContext, request: AttackRequest): Promise<AttackRequest> {
  return when(context, request, (status) => status === 503, 10_000);
}

/**
 * The request, once the service follows the feed again, whatever the feed said: it then knows of a revocation that came
 * after that.
 */
async function settled(context: AttackContext, request: AttackRequest): Promise<AttackRequest> {
  const probe = bearer(context.mint());
  context.feed.revokeToken(claimsOf(probe.token ?? '').jti);
  await when(context, probe, (status) => status === 401, 5000);
  return when(context, request, (status) => status !== 503, 5000);
}

async function when(
  context: AttackContext,
  request: AttackRequest,
  is: (status: number) => boolean,
  patienceMs: number,
): Promise<AttackRequest> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end && !is((await context.send(request)).status)) await delay(20);
  return request;
}

async function requirePassing(context: AttackContext, request: AttackRequest): Promise<void> {
  const { status } = await context.send(request);
  if (status < 200 || status >= 300) throw new Error(`it was refused with ${status} before it was taken back`);
}

function claimsOf(token: string): { readonly jti: string; readonly sid: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function kidOf({ data }: FeedMessage): string {
  return JSON.parse(Buffer.from(data.split('.')[0] ?? '', 'base64url').toString()).kid;
}

function revocationOf(jti: string): FeedForgery {
  const type = 'https://schemas.openid.net/secevent/oauth/event-type/token-revoked';
  return { claims: { events: { [type]: { token_identifier_alg: 'jti', token: jti } } } };
}

function foreignKey(): TestKey {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomUUID(), algorithm: 'ES256', key, publicKey };
}
