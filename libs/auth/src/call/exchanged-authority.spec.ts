import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import axios from 'axios';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller, Confirmation } from '../verify/index.js';
import { runWithAuthority } from './authority.js';
import { readClientCredentials } from './client-credentials.js';
import { withDeadline } from './deadline.js';
import { ExchangedAuthority } from './exchanged-authority.js';
import { AuthorityUnavailable } from './hop-refusal.js';
import { ServiceClient } from './service-client.js';
import { readTarget, type TargetOptions } from './target.js';

const audience = 'payment.service';
const issuer = 'https://issuer.example';
const clientSecret = 'a secret of the client named order';
const scopes = ['payment.create'];
const charge = { method: 'POST', path: '/payments', body: { n: 1 }, scopes } as const;
const keyHash = 'A'.repeat(43);

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly form: Record<string, string>;
}

describe('a caller’s authority by exchange', () => {
  const servers: Server[] = [];
  /** What the token endpoint, and what the target was sent. */
  const asked: Received[] = [];
  const called: Received[] = [];
  let answerToken: RequestListener;
  let answerCall: RequestListener;
  let tokenUrl: string;
  let url: string;

  const json = (response: Parameters<RequestListener>[1], body: unknown, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const tokenOf = (n: number) => `exchanged-token-number-${n}`;
  const good =
    (members: object = {}): RequestListener =>
    (_, response) =>
      json(response, { access_token: tokenOf(asked.length), token_type: 'Bearer', expires_in: 300, ...members });
  const refuses =
    (error: string, status = 400): RequestListener =>
    (_, response) =>
      json(response, { error, error_description: 'not to be repeated' }, status);

  beforeEach(async () => {
    asked.length = called.length = 0;
    answerToken = good();
    answerCall = (_, response) => json(response, {});
    tokenUrl = `${await listen(asked, (...exchange) => answerToken(...exchange))}/token`;
    url = await listen(called, (...exchange) => answerCall(...exchange));
  });

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(received: Received[], answer: RequestListener): Promise<string> {
    const server = createServer(async (request, response) => {
      const form = Object.fromEntries(new URLSearchParams((await request.toArray()).join('')));
      received.push({ headers: request.headers, form });
      answer(request, response);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const signatures = { caller: 'order', keys: [{ caller: 'order', id: 'k1', secret: 'k'.repeat(32) }] };
  const credentials = () => ({ tokenUrl, clientId: 'order', clientSecret });
  const client = (target: Partial<TargetOptions> = {}, options: object = {}) =>
    new ServiceClient(axios.create(), {
      targets: [{ audience, url, sign: true, authority: 'exchange', ...target }],
      issuers: [{ issuer }],
      clientCredentials: credentials(),
      clockToleranceSeconds: 10,
      signatures,
      ...options,
    });
  const hop = (...options: Parameters<typeof client>) => client(...options).to(audience);
  const bearerAt = (n: number) => called.at(n)?.headers.authorization;

  /** Does something as if in a request that the guard has let through with this token. */
  const as = <T>(token: string, work: () => T, more: Partial<Caller> = {}): T => {
    const now = Math.floor(Date.now() / 1000);
    const audiences = ['order.service', audience];
    const life = { issuedAt: now, expiresAt: now + 300 };
    const caller = { issuer, subject: 'alice', scopes: new Set(scopes), audience: audiences, ...life, ...more };
    return runWithAuthority({ token, caller }, work);
  };
  const failure = async (attempt: Promise<unknown>) => attempt.catch((error: unknown) => error);
  const bound = (confirmation: Confirmation) => ({ confirmation });

  test('asks with the caller’s token for one at this target alone, for what the call needs, bound to the signing key', async () => {
    const answer = await as('callers-token', () => hop().request({ ...charge, scopes: ['b', 'a'] }));
    expect(answer.status).toBe(200);
    expect(asked.map(({ form }) => form)).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'callers-token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        audience,
        scope: 'a b',
        req_cnf: '{"kid":"order/k1"}',
      },
    ]);
    expect(asked[0]?.headers.authorization).toMatch(/^Basic /);
    expect(bearerAt(0)).toBe(`Bearer ${tokenOf(1)}`);
    expect(inspect(called)).not.toContain('callers-token');
  });

  test('asks for no binding where the requests are not signed', async () => {
    await as('callers-token', () => hop({ sign: false }).request(charge));
    expect(asked[0]?.form).not.toHaveProperty('req_cnf');
  });

  test('asks once for each token and what is needed, and keeps each apart', async () => {
    const payment = hop();
    const refund = { ...charge, scopes: ['payment.refund'] };
    for (const _ of [1, 2]) {
      await as('token-of-alice', () => payment.request(charge));
      await as('token-of-bob', () => payment.request(charge));
      await as('token-of-alice', () => payment.request(refund));
    }
    expect(asked.map(({ form }) => [form.subject_token, form.scope])).toEqual([
      ['token-of-alice', 'payment.create'],
      ['token-of-bob', 'payment.create'],
      ['token-of-alice', 'payment.refund'],
    ]);
    const sent = called.map(({ headers }) => headers.authorization);
    expect(sent.slice(0, 3)).toEqual([1, 2, 3].map((n) => `Bearer ${tokenOf(n)}`));
    expect(sent.slice(3)).toEqual(sent.slice(0, 3));
  });

  test('takes no other scopes, nor another token, for the same', async () => {
    const payment = hop();
    await as('b\nt', () => payment.request({ ...charge, scopes: ['a'] }));
    await as('t', () => payment.request({ ...charge, scopes: ['a', 'b'] }));
    await as('t', () => payment.request({ ...charge, scopes: ['b', 'a'] }));
    expect(asked).toHaveLength(2);
  });

  test('asks once for all who need the same at the same time, and for each who needs another', async () => {
    const payment = hop();
    const callers = Array.from({ length: 64 }, (_, n) => `token-of-${n % 4}`);
    answerToken = (_, response) => {
      const { subject_token } = asked.at(-1)?.form ?? {};
      json(response, { access_token: `for-${subject_token}`, token_type: 'Bearer', expires_in: 300 });
    };
    await Promise.all(callers.map((token) => as(token, () => payment.request({ ...charge, idempotencyKey: token }))));
    expect(asked).toHaveLength(4);
    expect(called).toHaveLength(64);
    for (const { headers } of called) expect(headers.authorization).toBe(`Bearer for-${headers['idempotency-key']}`);
  });

  const authority = (options: { now?: () => number; capacity?: number } = {}) => {
    const target = readTarget({ audience, url });
    const clientCredentials = readClientCredentials(credentials(), false);
    return new ExchangedAuthority(axios.create(), clientCredentials, target, 'order/k1', options);
  };

  test('uses a token again until shortly before it expires', async () => {
    let now = 1000;
    const exchanged = authority({ now: () => now });
    answerToken = good({ expires_in: 100 });
    expect(await exchanged.accessToken('t', scopes)).toBe(tokenOf(1));
    now += 89_999;
    expect(await exchanged.accessToken('t', scopes)).toBe(tokenOf(1));
    now += 1;
    expect(await exchanged.accessToken('t', scopes)).toBe(tokenOf(2));
  });

  test('keeps no more tokens than it may, and lets those go that are not used', async () => {
    const exchanged = authority({ capacity: 4 });
    for (const token of ['a', 'b', 'c', 'b', 'd']) await exchanged.accessToken(token, scopes);
    expect(asked).toHaveLength(4);
    await exchanged.accessToken('b', scopes);
    expect(asked).toHaveLength(4);
    await exchanged.accessToken('a', scopes);
    expect(asked).toHaveLength(5);
  });

  test('does not remember a failed exchange, nor keep a place for it', async () => {
    const exchanged = authority({ capacity: 4 });
    await exchanged.accessToken('kept', scopes);
    answerToken = refuses('invalid_client', 401);
    for (const token of ['t', 'u', 'v', 't'])
      await Promise.all([1, 2].map(() => failure(exchanged.accessToken(token, scopes))));
    expect(asked).toHaveLength(5);
    answerToken = good();
    expect(await exchanged.accessToken('kept', scopes)).toBe(tokenOf(1));
    expect(await exchanged.accessToken('t', scopes)).toBe(tokenOf(6));
  });

  test('drops a token that the target does not take, and tells the caller', async () => {
    const payment = hop();
    answerCall = (_, response) => json(response, { code: 'invalid_token', decisionId: 'd-1' }, 401);
    const refused = await failure(as('t', () => payment.request(charge)));
    expect(refused).toMatchObject({ name: 'HopRefusal', hop: audience, terms: { status: 401, code: 'invalid_token' } });
    answerCall = (_, response) => json(response, {});
    await as('t', () => payment.request(charge));
    expect(bearerAt(-1)).toBe(`Bearer ${tokenOf(2)}`);
  });

  test('drops a token where it is kept, be that for long, and looks nowhere else', async () => {
    const exchanged = authority({ capacity: 6 });
    for (const token of ['a', 'b', 'c']) await exchanged.accessToken(token, scopes);
    exchanged.drop('b', scopes, tokenOf(1));
    exchanged.drop('a', ['another'], tokenOf(1));
    expect(await exchanged.accessToken('a', scopes)).toBe(tokenOf(1));
    exchanged.drop('b', scopes, tokenOf(2));
    expect(await exchanged.accessToken('b', scopes)).toBe(tokenOf(4));
  });

  test('has the token before anything is stored, and asks for no other when it is sent', async () => {
    const payment = hop();
    await as('t', () => payment.ensureAllowed(scopes));
    expect([asked.length, called.length]).toEqual([1, 0]);
    await as('t', () => payment.request(charge));
    expect([asked.length, called.length]).toEqual([1, 1]);
  });

  test.each<[string, RequestListener, string, number, string]>([
    ['refuses the caller’s token', refuses('invalid_request'), 'TokenInvalid', 401, 'exchange.subject_token_refused'],
    ['calls it no grant', refuses('invalid_grant'), 'TokenInvalid', 401, 'exchange.subject_token_refused'],
    ['misses a scope', refuses('invalid_scope'), 'ScopeInsufficient', 403, 'scope.missing'],
    ['lets nobody act there', refuses('invalid_target'), 'ExchangeMisconfigured', 503, 'exchange.invalid_target'],
    [
      'lets this client not act',
      refuses('unauthorized_client'),
      'ExchangeMisconfigured',
      503,
      'exchange.unauthorized_client',
    ],
    [
      'knows no exchange',
      refuses('unsupported_grant_type'),
      'ExchangeMisconfigured',
      503,
      'exchange.unsupported_grant_type',
    ],
    [
      'does not know this client',
      refuses('invalid_client', 401),
      'AuthorityUnavailable',
      503,
      'exchange.invalid_client',
    ],
    ['is in trouble', (_, response) => response.writeHead(500).end(), 'AuthorityUnavailable', 503, 'exchange.no_token'],
    ['is away', (_, response) => response.destroy(), 'AuthorityUnavailable', 503, 'exchange.no_token'],
    ['gives a DPoP token', good({ token_type: 'DPoP' }), 'AuthorityUnavailable', 503, 'exchange.no_token'],
  ])('sends nothing where the issuer %s', async (_, answer, name, status, reason) => {
    answerToken = answer;
    const error = await failure(as('callers-token', () => hop().ensureAllowed(scopes)));
    expect(error).toMatchObject({ name, reason, terms: { status } });
    const shown = inspect(error, { depth: null, showHidden: true });
    for (const hidden of ['callers-token', clientSecret, 'not to be repeated']) expect(shown).not.toContain(hidden);
    await failure(as('callers-token', () => hop().request(charge)));
    expect(called).toEqual([]);
  });

  test.each(['unauthorized_client', 'invalid_target', 'unsupported_grant_type'])(
    'tells whose token is bound to a key that it cannot be carried on where the issuer says %s, and of another it is the operator’s fault',
    async (code) => {
      answerToken = refuses(code);
      const dpop = bound({ keyThumbprint: keyHash });
      for (const target of [{}, { authority: 'relay' } as const]) {
        expect(await failure(as('t', () => hop(target).request(charge), dpop))).toMatchObject({
          name: 'TokenNotRelayable',
          reason: `exchange.${code}`,
          terms: { status: 403, code: 'token_not_relayable' },
        });
      }
      for (const confirmation of [{}, bound({ clientAddress: '192.0.2.7/32' })]) {
        expect(await failure(as('t', () => hop().request(charge), confirmation))).toMatchObject({
          terms: {
            status: 503,
            code: 'hop_misconfigured',
            headers: { 'Retry-After': '60' },
            members: { hop: audience },
          },
        });
      }
      expect(called).toEqual([]);
    },
  );

  test('takes a signing key of the client’s own name, for the issuer binds to no other', async () => {
    const clientCredentials = { ...credentials(), clientId: 'somebody' };
    expect(() => client({}, { clientCredentials })).toThrow(TypeError);
    expect(() => client({}, { clientCredentials })).toThrow(
      'Give clientId of clientCredentials and `caller` of signatures the same name',
    );
    expect(() => client({ sign: false }, { clientCredentials })).not.toThrow();
    const relaying = client({ authority: 'relay' }, { clientCredentials }).to(audience);
    expect(await as('t', () => relaying.request(charge))).toMatchObject({ status: 200 });
    const error = await failure(as('t', () => relaying.request(charge), bound({ keyThumbprint: keyHash })));
    expect(error).toMatchObject({ name: 'TokenNotRelayable' });
    expect(asked).toEqual([]);
  });

  test('says in a call that no token was to be had in words that a client may hear, and that nothing was sent', async () => {
    answerToken = (_, response) => response.destroy();
    const error = await failure(as('t', () => hop().request(charge)));
    expect(error).toBeInstanceOf(AuthorityUnavailable);
    expect(error).toMatchObject({ sent: false, hop: audience, terms: { status: 503, code: 'authority_unavailable' } });
    expect(called).toEqual([]);
  });

  test('waits for a token no longer than a call may take', async () => {
    answerToken = () => undefined;
    const [payment, began] = [hop({ timeoutMs: 100 }), performance.now()];
    expect(await failure(as('t', () => payment.ensureAllowed(scopes)))).toMatchObject({ terms: { status: 503 } });
    expect(performance.now() - began).toBeLessThan(3000);
    const hurried = withDeadline(50, () => as('t', () => hop().ensureAllowed(scopes)));
    expect(await failure(hurried)).toMatchObject({ name: 'AuthorityUnavailable' });
  });

  test('is not asked for where the token does not name the target, or is over', async () => {
    const [payment, audiences] = [hop(), { audience: ['order.service'] }];
    expect(await failure(as('t', () => payment.ensureAllowed(scopes), audiences))).toMatchObject({
      name: 'AudienceMissing',
    });
    const over = { expiresAt: Math.floor(Date.now() / 1000) - 11 };
    expect(await failure(as('t', () => payment.request(charge), over))).toMatchObject({ name: 'TokenInvalid' });
    expect(asked).toEqual([]);
  });

  test('shows the token of no other issuer to this one', async () => {
    const foreign = { issuer: 'https://other.example' };
    const several = { issuers: [{ issuer }, foreign], clientCredentials: { ...credentials(), issuer } };
    for (const options of [{}, several]) {
      const error = await failure(as('t', () => hop({}, options).ensureAllowed(scopes), foreign));
      expect(error).toMatchObject({ name: 'TokenNotRelayable', reason: 'hop.other_issuer', terms: { status: 403 } });
    }
    const boundElsewhere = { ...foreign, ...bound({ keyThumbprint: keyHash }) };
    const relaying = hop({ authority: 'relay' }, several);
    expect(await failure(as('t', () => relaying.request(charge), boundElsewhere))).toMatchObject({
      reason: 'hop.other_issuer',
    });
    expect([asked, called]).toEqual([[], []]);
    await as('t', () => hop({}, several).ensureAllowed(scopes));
    expect(asked).toHaveLength(1);
  });

  test('demands to know what for', async () => {
    const { scopes: _, ...unnamed } = charge;
    const attempts: (() => Promise<unknown>)[] = [() => hop().request(unnamed), () => hop().ensureAllowed()];
    for (const attempt of attempts) expect(await failure(as('t', attempt))).toMatchObject({ name: 'TypeError' });
    expect([asked, called]).toEqual([[], []]);
  });

  describe('where the caller’s token is relayed otherwise', () => {
    const relay = { authority: 'relay' } as const;
    const keys: [string, Confirmation][] = [
      ['a DPoP key', { keyThumbprint: keyHash }],
      ['a second key', { secondKeyHash: keyHash }],
      ['a signing key', { signatureKeyId: 'gateway/k1' }],
      ['a key and an address', { keyThumbprint: keyHash, clientAddress: '192.0.2.7/32' }],
    ];

    test('is not needed for a token that is bound to nothing', async () => {
      await as('t', () => hop(relay).request(charge));
      expect([asked.length, bearerAt(0)]).toEqual([0, 'Bearer t']);
    });

    test.each(keys)('is asked for where it is bound to %s', async (_, confirmation) => {
      await as('t', () => hop(relay).request(charge), bound(confirmation));
      expect([asked.length, bearerAt(0)]).toEqual([1, `Bearer ${tokenOf(1)}`]);
    });

    test.each(keys)('and cannot be had, nothing is sent of a token that is bound to %s', async (_, confirmation) => {
      const { scopes: __, ...unnamed } = charge;
      const attempts: (() => Promise<unknown>)[] = [
        () => hop(relay, { clientCredentials: undefined }).request(charge),
        () => hop({ ...relay, sign: false }).request(charge),
        () => hop(relay).request(unnamed),
        () => hop(relay).ensureAllowed(),
        () => hop({ sign: false }).request(charge),
      ];
      for (const attempt of attempts) {
        const error = await failure(as('t', attempt, bound(confirmation)));
        expect(error).toMatchObject({ name: 'TokenNotRelayable', hop: audience });
        expect(error).toMatchObject({
          terms: { status: 403, code: 'token_not_relayable', members: { hop: audience } },
        });
      }
      expect([asked, called]).toEqual([[], []]);
    });

    test('a token that is bound to an address goes on signed alone, be it exchanged or not', async () => {
      const address = bound({ clientAddress: '192.0.2.0/24' });
      for (const target of [relay, {}]) {
        expect(await as('t', () => hop(target).request(charge), address)).toMatchObject({ status: 200 });
        const unsigned = failure(as('t', () => hop({ ...target, sign: false }).request(charge), address));
        expect(await unsigned).toMatchObject({ name: 'TokenNotRelayable', reason: 'hop.bound_to_address' });
      }
      expect([bearerAt(0), bearerAt(1), called.length]).toEqual(['Bearer t', `Bearer ${tokenOf(1)}`, 2]);
    });
  });

  test('shows neither secret nor token to what prints its client', async () => {
    const services = client();
    await as('callers-token', () => services.to(audience).request(charge));
    const shown = inspect(services, { depth: null, showHidden: true }) + JSON.stringify(services);
    expect(shown).toContain(audience);
    for (const hidden of [clientSecret, 'callers-token', tokenOf(1), asked[0]?.headers.authorization ?? ''])
      expect(shown).not.toContain(hidden);
  });

  test.each<[string, object, string]>([
    ['no credentials', { clientCredentials: undefined }, 'Configure `clientCredentials` of ServiceAuthModule.'],
    ['no issuer', { issuers: [] }, 'Name the issuer as `issuer` of clientCredentials.'],
    ['several issuers', { issuers: [{ issuer }, { issuer: 'https://b' }] }, 'Name the issuer as `issuer`'],
  ])('is not to be configured with %s', (_, options, remedy) => {
    expect(() => client({}, options)).toThrow(TypeError);
    expect(() => client({}, options)).toThrow(remedy);
    expect(() => client({ authority: 'relay' }, options)).not.toThrow();
  });

  test('is a mode of a target, and there are no others', () => {
    expect(() => client({ authority: 'impersonate' as never })).toThrow('must be "relay" or "exchange"');
  });
});
