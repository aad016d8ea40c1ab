import { ApolloDriver } from '@nestjs/apollo';
import type { Type } from '@nestjs/common';
import { GraphQLModule, Mutation, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { remainingMs, ServiceClient } from '../../call/index.js';
import type { DecisionEvent } from '../../observe/index.js';
import { createSecondKey, memoryReplayStore, SignatureKeyRing, signRequest } from '../../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/test-issuer.js';
import type { TestClaims } from '../../testing/test-token.js';
import { Authenticated, Public, Scopes } from '../declare/access.decorators.js';
import { Caller } from '../declare/caller.decorator.js';
import { Sensitive } from '../declare/sensitive.decorator.js';
import { type adapters, signatures, startGuarded } from '../guarded-service.fixture.js';

const typeDefs = `
  type Query { forgotten: String, orders: String, open: String, whoami: String, relays: String, openRelays: String, left: Float, order: Order }
  type Mutation { place: String }
  type Order { card: String }
  type Subscription { shipped: String, openly: String, unlimited: String }
`;

const reached: string[] = [];
const signingKey = new SignatureKeyRing(signatures.keys).signingKeyOf('order');

async function* news() {
  yield { shipped: 'news', openly: 'news' };
}

@Resolver()
class OrdersResolver {
  constructor(private readonly services: ServiceClient) {}

  @Query()
  forgotten() {
    reached.push('forgotten');
    return 'reached';
  }

  @Query()
  @Scopes('order.read')
  orders() {
    reached.push('orders');
    return 'reached';
  }

  @Mutation()
  @Scopes('order.write')
  place() {
    return 'placed';
  }

  @Query()
  @Public()
  open() {
    return 'open';
  }

  @Query()
  @Authenticated()
  whoami(@Caller() caller: Caller) {
    return caller.subject;
  }

  @Query()
  @Authenticated()
  relays() {
    return this.relay();
  }

  @Query()
  @Public()
  openRelays() {
    return this.relay();
  }

  @Query()
  @Authenticated()
  order() {
    return {};
  }

  @Subscription()
  @Authenticated()
  shipped() {
    return news();
  }

  @Subscription()
  @Public()
  openly() {
    return news();
  }

  @Query()
  @Public()
  left() {
    return remainingMs();
  }

  @Subscription()
  @Public()
  async *unlimited() {
    yield { unlimited: String(remainingMs()) };
  }

  private async relay() {
    try {
      await this.services.to('payment.service').ensureAllowed();
      return 'authority';
    } catch (error) {
      return error instanceof TypeError ? 'no authority' : 'authority';
    }
  }
}

@Resolver('Order')
class CardResolver {
  @ResolveField()
  @Scopes('payment.read')
  card() {
    return 'card';
  }
}

const drivers = {
  'Mercurius on Fastify': {
    adapter: 'Fastify',
    driver: MercuriusDriver,
    overWebSocket: { subscription: { fullWsTransport: true, context: (_: unknown, req: unknown) => ({ req }) } },
  },
  'Apollo on Express': {
    adapter: 'Express',
    driver: ApolloDriver,
    overWebSocket: {
      subscriptions: {
        'graphql-ws': { context: ({ extra }: { extra: { request: unknown } }) => ({ req: extra.request }) },
      },
    },
  },
} as const satisfies Record<string, { adapter: keyof typeof adapters; driver: Type; overWebSocket: object }>;

describe.each(Object.entries(drivers))('GraphQL by %s', (_, { adapter, driver, overWebSocket }) => {
  let issuer: TestIssuer;
  const decisions: DecisionEvent[] = [];
  const closings: (() => unknown)[] = [];

  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  afterEach(async () => {
    for (const close of closings.splice(0)) await close();
    decisions.length = 0;
    reached.length = 0;
  });
  afterAll(() => issuer.close());

  async function start(more: object = {}, resolvers: Type[] = [OrdersResolver]) {
    const options = {
      issuers: [{ issuer: issuer.url, audience: 'order.service' }],
      targets: [{ audience: 'payment.service', url: 'http://127.0.0.1:9' }],
      signatures: { ...signatures, replayStore: { ...memoryReplayStore(), forgetsOnRestart: false } },
      onDecision: (event: DecisionEvent) => decisions.push(event),
    };
    const graphql = GraphQLModule.forRoot({ driver, typeDefs, includeStacktraceInErrorResponses: false, ...more });
    const { app, url } = await startGuarded(adapter, options, [], { imports: [graphql], providers: resolvers });
    closings.push(() => app.close());
    const ask = async (query: string, claims?: TestClaims, more: Record<string, string> = {}) => {
      const token = claims && issuer.token({ audience: 'order.service', ...claims });
      const headers = {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...more,
      };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return (await response.json()) as { data: Record<string, unknown>; errors: { extensions: object }[] };
    };
    return Object.assign(ask, { url });
  }

  /** Subscribes over WebSocket (the protocol graphql-transport-ws), with a good token in the handshake; resolves to the answer. */
  async function subscribe(url: string, query: string): Promise<{ type: string; payload: unknown }> {
    const headers = { authorization: `Bearer ${issuer.token({ audience: 'order.service' })}` };
    const protocols = ['graphql-transport-ws'];
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, { protocols, headers } as never);
    closings.push(() => socket.close());
    const say = (message: object) => socket.send(JSON.stringify(message));
    return new Promise((resolve, reject) => {
      socket.onerror = reject;
      socket.onopen = () => say({ type: 'connection_init' });
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(String(data));
        if (message.type === 'connection_ack') say({ id: '1', type: 'subscribe', payload: { query } });
        else resolve(message);
      };
    });
  }

  test('asks for a token, and for the scopes that the field declares', async () => {
    const ask = await start();
    expect((await ask('{ orders }')).errors).toMatchObject([
      { message: 'Credentials are missing', extensions: { status: 401, code: 'credentials_missing' } },
    ]);
    expect((await ask('{ orders }', { scopes: ['order.write'] })).errors).toMatchObject([
      { extensions: { status: 403, code: 'insufficient_scope', scope: 'order.read' } },
    ]);
    expect((await ask('{ orders }', { expiresIn: -60 })).errors).toMatchObject([
      { extensions: { status: 401, code: 'invalid_token' } },
    ]);
    expect(reached).toEqual([]);
    expect((await ask('{ orders }', { scopes: ['order.read'] })).data).toEqual({ orders: 'reached' });
    expect((await ask('mutation { place }', { scopes: ['order.write'] })).data).toEqual({ place: 'placed' });
  });

  test('closes a resolver that declares nothing', async () => {
    const ask = await start();
    expect((await ask('{ forgotten }')).errors).toMatchObject([{ extensions: { code: 'credentials_missing' } }]);
    expect((await ask('{ forgotten }', {})).errors).toMatchObject([{ extensions: { code: 'route_unannotated' } }]);
    expect(reached).toEqual([]);
  });

  test('answers each field of a request for itself', async () => {
    const ask = await start();
    const { data, errors } = await ask('{ open a: orders whoami }', { subject: 'alice', scopes: [] });
    expect(data).toEqual({ open: 'open', a: null, whoami: 'alice' });
    expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'insufficient_scope' } }]);
  });

  test('tells the client the kind of refusal and nothing of the inside', async () => {
    const ask = await start();
    const [error] = (await ask('{ orders }', { expiresIn: -60 })).errors;
    expect(error).toEqual({
      message: 'The access token is not valid',
      path: ['orders'],
      locations: expect.anything(),
      extensions: {
        type: 'urn:waybill:problem:invalid_token',
        title: 'The access token is not valid',
        status: 401,
        detail: expect.any(String),
        instance: '/graphql',
        code: 'invalid_token',
        decisionId: decisions[0]?.decisionId,
      },
    });
  });

  test('gives authority to a guarded resolver, and none to a public one of the same request', async () => {
    const ask = await start();
    const { data } = await ask('{ relays openRelays again: relays }', {});
    expect(data).toEqual({ relays: 'authority', openRelays: 'no authority', again: 'authority' });
  });

  test('gives a resolver the deadline of its request, and a subscription none', async () => {
    const ask = await start(overWebSocket);
    const { data } = await ask('{ left again: left }', {}, { 'request-timeout-ms': '4000' });
    for (const left of [data.left, data.again]) {
      expect(left).toBeGreaterThan(1000);
      expect(left).toBeLessThanOrEqual(4000);
    }
    expect((await subscribe(ask.url, 'subscription { unlimited }')).payload).toEqual({
      data: { unlimited: 'undefined' },
    });
  });

  test('holds a token to its signing key, with one signature for all fields of a request, and for no other request', async () => {
    const { url } = await start();
    const token = issuer.token({ audience: 'order.service', claims: { cnf: { kid: 'order/k1' } } });
    const body = JSON.stringify({ query: '{ a: whoami b: whoami }' });
    const fields = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const message = { method: 'POST', authority: new URL(url).host, target: '/graphql', fields };
    const signed = { ...fields, ...signRequest(message, Buffer.from(body), signingKey) };
    const ask = async (headers: Record<string, string>) =>
      JSON.stringify(await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json());
    expect(await ask(fields)).toContain('signature_invalid');
    expect(await ask(signed)).not.toContain('errors');
    expect(await ask(signed)).toContain('signature_invalid');
  });

  test('holds a token to its second key and to its address', async () => {
    const ask = await start();
    const { key, hash } = createSecondKey();
    const bound = { claims: { cnf: { 'second_key#S256': hash, client_address: '127.0.0.1/32' } } };
    const elsewhere = { claims: { cnf: { 'second_key#S256': hash, client_address: '203.0.113.7/32' } } };
    const whoami = (claims: TestClaims, fields = {}) => ask('{ whoami }', claims, fields);
    expect((await whoami(bound)).errors).toMatchObject([{ extensions: { status: 401, code: 'second_key_invalid' } }]);
    expect((await whoami(bound, { 'second-key': key })).data).toEqual({ whoami: 'alice' });
    expect((await whoami(elsewhere, { 'second-key': key })).errors).toMatchObject([
      { extensions: { status: 401, code: 'invalid_token' } },
    ]);
  });

  test('refuses where the context hides the request', async () => {
    const ask = await start({ context: () => ({ req: { headers: { authorization: 'Bearer forged' } } }) });
    expect((await ask('{ orders }', { scopes: ['order.read'] })).errors).toMatchObject([
      { message: 'Forbidden resource' },
    ]);
    expect((await ask('{ open }')).data).toEqual({ open: 'open' });
    expect(decisions).toMatchObject([{ code: 'transport_unsupported', path: 'OrdersResolver.orders' }]);
  });

  test('never takes one caller for another where all requests share one context', async () => {
    const ask = await start({ context: { shared: true } });
    expect((await ask('{ whoami }', { subject: 'alice' })).data).toEqual({ whoami: 'alice' });
    expect((await ask('{ whoami }')).data).toEqual({ whoami: null });
    const bob = await ask('{ whoami }', { subject: 'bob' });
    expect(bob.data).toEqual({ whoami: driver === ApolloDriver ? 'bob' : null });
  });

  test.each(['subscription { shipped }', '{ whoami }'])(
    'refuses what comes over WebSocket, whatever its handshake carries: %s',
    async (query) => {
      const { url } = await start(overWebSocket);
      expect(JSON.stringify(await subscribe(url, query))).toContain('Forbidden resource');
      expect(decisions).toMatchObject([{ code: 'transport_unsupported', method: 'graphql' }]);
    },
  );

  test('leaves a public subscription open', async () => {
    const { url } = await start(overWebSocket);
    expect((await subscribe(url, 'subscription { openly }')).payload).toEqual({ data: { openly: 'news' } });
  });

  test('guards the fields of a type where Nest is told to, and does not boot where a rule on one would not hold', async () => {
    await expect(start({}, [OrdersResolver, CardResolver])).rejects.toThrow(
      "CardResolver.card (graphql-field Order.card): it has an access rule, which Nest does not hold against fields. Set fieldResolverEnhancers: ['guards']",
    );
    const ask = await start({ fieldResolverEnhancers: ['guards'] }, [OrdersResolver, CardResolver]);
    expect((await ask('{ order { card } }', {})).errors).toMatchObject([{ extensions: { scope: 'payment.read' } }]);
    expect((await ask('{ order { card } }', { scopes: ['payment.read'] })).data).toEqual({ order: { card: 'card' } });
  });

  test('does not boot with a sensitive resolver: a signature covers a request, which may hold several', async () => {
    @Resolver()
    class SensitiveResolver {
      @Mutation()
      @Authenticated()
      @Sensitive({ signature: { callers: ['order'] } })
      place() {}
    }
    await expect(start({}, [SensitiveResolver])).rejects.toThrow('@Sensitive holds on HTTP routes only');
  });
});
