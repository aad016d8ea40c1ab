import { setTimeout as delay } from 'node:timers/promises';
import { ApolloDriver } from '@nestjs/apollo';
import type { INestApplication } from '@nestjs/common';
import { GraphQLModule, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDpopKey, createSecondKey } from '../proof/index.js';
import { createTestEventFeed, createTestIssuer, type TestEventFeed, type TestIssuer } from '../testing/index.js';
import { Authenticated, Public } from './declare/access.decorators.js';
import { Caller } from './declare/caller.decorator.js';
import { RevocationFeeds } from './follow/revocation-feeds.js';
import { startGuarded } from './guarded-service.fixture.js';

const audience = 'order.service';
const client = { id: 'order', secret: 'the secret of a client', audience: 'auth.service' };
const typeDefs = `
  type Query { whoami: String, shop: Shop }
  type Shop { basketOf: String }
`;

@Resolver('Shop')
class ShopResolver {
  @Query()
  @Authenticated()
  whoami(@Caller() caller: Caller) {
    return caller.subject;
  }

  /** Slow, so that the guard is done with the other field before a field of this one is asked for. */
  @Query()
  @Public()
  async shop() {
    await delay(30);
    return {};
  }

  /** No guard stands before a field of a type, unless Nest is told so: only who was let through by another field is there to be found. */
  @ResolveField()
  basketOf(@Caller() caller: Caller) {
    return caller.subject;
  }
}

describe.each([
  ['Mercurius on Fastify', 'Fastify', MercuriusDriver],
  ['Apollo on Express', 'Express', ApolloDriver],
] as const)('a field that no guard stands before, in GraphQL by %s', (_, adapter, driver) => {
  let issuer: TestIssuer;
  let feed: TestEventFeed;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    issuer = await createTestIssuer({ clients: [client] });
    feed = await createTestEventFeed(issuer.url);
    const options = {
      issuers: [{ issuer: issuer.url, audience, eventsUrl: feed.url }],
      clientCredentials: { tokenUrl: issuer.tokenUrl, clientId: client.id, clientSecret: client.secret },
    };
    const graphql = GraphQLModule.forRoot({ driver, typeDefs, includeStacktraceInErrorResponses: false });
    ({ app, url } = await startGuarded(adapter, options, [], { imports: [graphql], providers: [ShopResolver] }));
    await vi.waitFor(() => expect(app.get(RevocationFeeds).obtained()).toBe(true), 8000);
  });

  afterAll(async () => {
    await app.close();
    await feed.close();
    await issuer.close();
  });

  const ask = async (cnf?: object, tokenId?: string) => {
    const token = issuer.token({ audience, claims: { ...(cnf && { cnf }), ...(tokenId && { jti: tokenId }) } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query: '{ whoami shop { basketOf } }' });
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    return ((await response.json()) as { data: unknown }).data;
  };

  test('finds the caller whom another field has let through', async () => {
    expect(await ask()).toEqual({ whoami: 'alice', shop: { basketOf: 'alice' } });
  });

  test.each([
    ['a token that is bound to a key, as Bearer', { jkt: createDpopKey().thumbprint }],
    ['a token that is bound to a second key, without it', { 'second_key#S256': createSecondKey().hash }],
    ['a token that is bound to another address', { client_address: '203.0.113.7/32' }],
    ['a token that is bound to a signing key, unsigned', { kid: 'order/k1' }],
  ])('finds none with %s', async (__, cnf) => {
    expect(await ask(cnf)).toEqual({ whoami: null, shop: { basketOf: null } });
  });

  test('finds none with a token that was taken back', async () => {
    feed.revokeToken('taken back');
    await vi.waitFor(async () => expect(await ask(undefined, 'taken back')).toMatchObject({ whoami: null }), 8000);
    expect(await ask(undefined, 'taken back')).toEqual({ whoami: null, shop: { basketOf: null } });
  });
});
