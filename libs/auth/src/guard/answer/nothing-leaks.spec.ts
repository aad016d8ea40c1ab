import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { type ArgumentsHost, Catch, ConsoleLogger, Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ServiceClient } from '../../call/service-client.js';
import { createTestIssuer, type TestIssuer } from '../../testing/index.js';
import { AccessTokenStrategy } from '../access-token.strategy.js';
import { Authenticated, Public, Scopes } from '../declare/access.decorators.js';
import { Sensitive } from '../declare/sensitive.decorator.js';
import { adapters, exchange, startGuarded } from '../guarded-service.fixture.js';
import { RefusalFilter } from './refusal.filter.js';

const [order, payment] = ['order.service', 'payment.service'];
const secret = 'Zq7mVw2kXr9tLb4nHs8pYc3dJf6gQa5e';
const password = 'Xk9mQz4wRt7vNb2s';
const circular: Record<string, unknown> = {};
circular.self = circular;

/** Everything that was thrown, logged or answered, as text that holds also what is hidden. */
const told: string[] = [];
const tell = (what: unknown) =>
  told.push(
    typeof what === 'string'
      ? what
      : inspect(what, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
  );

@Controller()
class EveryWayToFail {
  constructor(private readonly client: ServiceClient) {}

  @Post('pay')
  @Authenticated()
  pay() {
    return this.client.to(payment).request({ method: 'POST', path: '/payments', body: {}, idempotencyKey: 'o1' });
  }

  @Post('settle')
  @Authenticated()
  settle() {
    return this.client.asService(payment).request({ method: 'PUT', path: '/fence', body: {} });
  }

  @Get('type-error')
  @Authenticated()
  typeError() {
    return (undefined as unknown as ServiceClient).to('nowhere');
  }

  @Get('other-address')
  @Authenticated()
  otherAddress() {
    return this.client.to(payment).request({ method: 'GET', path: '//evil.example/' });
  }

  @Get('no-target')
  @Authenticated()
  noTarget() {
    return this.client.to('evil.example').request({ method: 'GET', path: '/' });
  }

  @Get('unsendable-body')
  @Authenticated()
  unsendableBody() {
    return this.client.to(payment).request({ method: 'POST', path: '/payments', body: circular });
  }

  @Get('hostile-field')
  @Authenticated()
  hostileField() {
    return this.client.to(payment).request({ method: 'GET', path: '/', idempotencyKey: 'a\r\nb' });
  }

  @Get('nobody')
  @Public()
  nobody() {
    return this.client.to(payment).request({ method: 'GET', path: '/' });
  }

  @Get('scoped')
  @Scopes('order.write')
  scoped() {
    return {};
  }

  @Post('signed')
  @Authenticated()
  @Sensitive({ signature: { callers: ['order'] } })
  signed() {
    return {};
  }

  @Get('unannotated')
  forgotten() {
    return {};
  }
}

@Catch()
class TellingFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    tell(exception);
    super.catch(exception, host);
  }
}

/** What the next hop may answer; the worst of them repeat the very token that they were sent. */
const hops: Readonly<Record<string, RequestListener>> = {
  'lets go of the connection': (_, response) => response.destroy(),
  'never answers': () => undefined,
  'repeats the token as garbage': ({ headers }, response) => response.end(`[x${headers.authorization?.split('.')[2]}`),
  'repeats the token in a redirect': ({ headers }, response) =>
    response.writeHead(302, { location: `/?token=${headers.authorization}` }).end(),
  'repeats the token in a server error': ({ headers }, response) =>
    response.writeHead(500).end(`Error: ${headers.authorization}`),
  'repeats the token in a refusal': ({ headers }, response) =>
    response
      .writeHead(401, { 'www-authenticate': `Bearer error_description="${headers.authorization}"` })
      .end(
        JSON.stringify({ code: headers.authorization, detail: headers.authorization, title: headers.authorization }),
      ),
  'repeats the token in a refusal for a scope': ({ headers }, response) =>
    response.writeHead(403).end(JSON.stringify({ code: 'insufficient_scope', detail: headers.authorization })),
  'sends far too much of it': ({ headers: { authorization = '' } }, response) =>
    response.end(`"${authorization.padEnd(2_000_000, authorization)}"`),
};

/** What the token endpoint may answer; the worst repeat the very secret that they were sent. */
const tokenEndpoints: Readonly<Record<string, RequestListener>> = {
  'lets go of the connection': (_, response) => response.destroy(),
  'repeats the secret as garbage': ({ headers }, response) => response.end(`[x${secretOf(headers)}`),
  'repeats the secret in a redirect': ({ headers }, response) =>
    response.writeHead(307, { location: `/?secret=${secretOf(headers)}` }).end(),
  'repeats the secret in a refusal': ({ headers }, response) =>
    response
      .writeHead(401, { 'www-authenticate': `Basic realm="${headers.authorization}"` })
      .end(JSON.stringify({ error: headers.authorization, error_description: secretOf(headers) })),
  'repeats the secret as a type': ({ headers }, response) =>
    response.end(JSON.stringify({ access_token: serviceToken, token_type: secretOf(headers) })),
  'sends far too much of it': ({ headers }, response) => response.end(`"${headers.authorization?.repeat(5000)}"`),
  'gives a token': (_, response) =>
    response.end(JSON.stringify({ access_token: serviceToken, token_type: 'Bearer', expires_in: 300 })),
};
const serviceToken = 'q8Wz3nLk6vTy1sBd.R5xJp0mHc7gFa2e';
const secretOf = ({ authorization = '' }: IncomingHttpHeaders) =>
  Buffer.from(authorization.slice('Basic '.length), 'base64').toString();

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('a run of every failure on %s', (adapter) => {
  let issuer: TestIssuer;
  let away: TestIssuer;
  let app: INestApplication;
  let url: string;
  let hop: Server;
  let answerOfHop: RequestListener = (_, response) => response.end('{}');
  let tokenEndpoint: RequestListener = (_, response) => response.end();
  const basic = Buffer.from(`order:${secret}`).toString('base64');
  const secrets: string[] = [secret, password, basic, serviceToken];

  const mint = (options: Parameters<TestIssuer['token']>[0] = {}, by = issuer) => {
    const token = by.token({ audience: [order, payment], ...options });
    secrets.push(token);
    return token;
  };
  const ask = async (method: string, path: string, ...fields: string[]) => {
    const { status, body, headers } = await exchange(url + path, fields, { method });
    tell(body);
    tell(headers);
    return status;
  };
  const bearer = (token: string) => ['authorization', `Bearer ${token}`] as const;

  beforeAll(async () => {
    told.length = 0;
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((chunk) => tell(String(chunk)) > 0);
    const { catch: answer } = RefusalFilter.prototype;
    vi.spyOn(RefusalFilter.prototype, 'catch').mockImplementation(function (this: RefusalFilter, exception, host) {
      tell(exception);
      return answer.call(this, exception, host);
    });
    process.on('unhandledRejection', tell).on('warning', tell);
    [issuer, away] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    hop = createServer((request, response) =>
      request.url === '/token' ? tokenEndpoint(request, response) : answerOfHop(request, response),
    ).listen(0, '127.0.0.1');
    await once(hop, 'listening');
    const hopUrl = `http://127.0.0.1:${(hop.address() as AddressInfo).port}`;
    const next = { audience: payment, url: hopUrl, timeoutMs: 200, serviceScopes: ['payment.settle'] };
    ({ app, url } = await startGuarded(
      adapter,
      {
        issuers: [issuer, away].map((each) => ({ issuer: each.url, audience: order })),
        signatures: { caller: 'order', keys: [{ caller: 'order', id: 'k1', secret }] },
        targets: [{ ...next, sign: true }],
        clientCredentials: { tokenUrl: `${hopUrl}/token`, clientId: 'order', clientSecret: secret },
        onDecision: tell,
      },
      [EveryWayToFail],
      {
        logger: new ConsoleLogger({ logLevels: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] }),
        prepare: (nest) => nest.useGlobalFilters(new TellingFilter(nest.getHttpAdapter())),
      },
    ));
    await away.close();
  });

  afterAll(async () => {
    process.off('unhandledRejection', tell).off('warning', tell);
    vi.restoreAllMocks();
    await app.close();
    await issuer.close();
    hop.closeAllConnections();
    hop.close();
  });

  test('tells no token, key or password to a log, an answer, an error or its causes', async () => {
    const good = mint();
    const [header, claims, signature] = good.split('.');
    const spoilt = `${header}.${claims}.${Buffer.alloc(64, 7).toString('base64url')}`;
    const credentials = [
      bearer(spoilt),
      bearer(`${header}.${Buffer.from(`{"password":${password}`).toString('base64url')}.${signature}`),
      bearer(`${header}.${Buffer.from(`\xff${password}`, 'latin1').toString('base64url')}.${signature}`),
      bearer(`${good}.${good}`),
      bearer(`${good}, Bearer ${good}`),
      bearer(good.repeat(20)),
      bearer(mint({ expiresIn: -60 })),
      bearer(mint({ audience: 'sibling.service' })),
      bearer(mint({ header: { kid: 'unknown' } })),
      bearer(mint({ header: { alg: 'RS256' } })),
      bearer(mint({ claims: { service_scopes: password } })),
      bearer(mint({}, away)),
      [...bearer(good), ...bearer(good)],
      ['authorization', good],
      ['authorization', `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`],
      ['cookie', `session=${password}`],
    ];
    for (const fields of credentials) expect(await ask('GET', '/scoped', ...fields)).toBeGreaterThanOrEqual(400);
    expect(await ask('GET', `/scoped?access_token=${good}&password=${password}`)).toBe(401);
    expect(await ask('GET', `/scoped?access_token=${good}`, ...bearer(good))).toBe(400);
    for (const path of ['/scoped', '/unannotated']) expect(await ask('GET', path, ...bearer(mint()))).toBe(403);
    expect(await ask('POST', '/signed', ...bearer(mint()))).toBe(401);
    expect(await ask('POST', '/signed', ...bearer(mint()), 'signature', `sig=:${password}:`)).toBe(401);
    for (const path of ['type-error', 'other-address', 'no-target', 'unsendable-body', 'hostile-field', 'nobody'])
      expect(await ask('GET', `/${path}`, ...bearer(mint()))).toBe(500);
    for (const [name, answer] of Object.entries(hops)) {
      answerOfHop = answer;
      expect({ name, failed: (await ask('POST', '/pay', ...bearer(mint()))) >= 400 }).toEqual({ name, failed: true });
    }
    answerOfHop = (_, response) => response.writeHead(500).end();
    for (const [name, answer] of Object.entries(tokenEndpoints)) {
      tokenEndpoint = answer;
      expect({ name, failed: await ask('POST', '/settle', ...bearer(mint())) }).toEqual({
        name,
        failed: name === 'gives a token' ? 201 : 500,
      });
    }
    for (const [name, answer] of Object.entries(hops)) {
      answerOfHop = answer;
      expect({ name, failed: (await ask('POST', '/settle', ...bearer(mint()))) >= 400 }).toEqual({
        name,
        failed: true,
      });
    }
    expect(told.length).toBeGreaterThan(100);
    expect(leaks(told.join('\n'), secrets)).toEqual([]);
  });

  test('is searched by what would find a secret, whole or cut', () => {
    const token = mint();
    expect(leaks(`at ${token} here`, [token])).not.toEqual([]);
    expect(leaks(`… ${token.slice(-10)}`, [token])).not.toEqual([]);
    expect(leaks(inspect(new Error('x', { cause: { headers: { authorization: token } } })), [token])).not.toEqual([]);
  });
});

test.each([
  ['nothing', undefined],
  ['a secret', Buffer.from(secret)],
  ['an object', { secret }],
])('an engine that is given %s for a key fails without telling it or the token', async (_, key) => {
  const issuer = await createTestIssuer();
  const token = issuer.token();
  const verdict = await new AccessTokenStrategy()
    .holds(token, { kid: 'k', algorithms: new Set(['ES256']), key } as never)
    .catch((error: unknown) => error);
  expect(verdict).not.toBe(true);
  expect(leaks(inspect(verdict, { depth: Number.POSITIVE_INFINITY, showHidden: true }), [token, secret])).toEqual([]);
  await issuer.close();
});

/** The places where 8 characters of a secret stand one after the other, as few as a parser may quote; the header of a token is none. */
function leaks(text: string, secrets: readonly string[]): string[] {
  const length = 8;
  const pieces = new Set<string>();
  for (const secret of secrets) {
    const secretPart = secret.startsWith('eyJ') ? secret.slice(secret.indexOf('.') + 1) : secret;
    for (let at = 0; at + length <= secretPart.length; at += 1) pieces.add(secretPart.slice(at, at + length));
  }
  const found: string[] = [];
  for (let at = 0; at + length <= text.length; at += 1)
    if (pieces.has(text.slice(at, at + length))) found.push(text.slice(Math.max(0, at - 40), at + length));
  return found;
}
