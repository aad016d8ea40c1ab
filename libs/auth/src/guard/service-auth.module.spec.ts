import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  Module,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestIssuer, type TestIssuer } from '../testing/index.js';
import { Authenticated } from './declare/access.decorators.js';
import { dpop, exchange, signatures, startGuarded } from './guarded-service.fixture.js';
import { KeyReadiness } from './key-readiness.js';
import { ServiceAuthModule } from './service-auth.module.js';

const credentials = { tokenUrl: 'https://a.example/token', clientId: 'order', clientSecret: 'confidential' };
const misspelt = (of: string, name: string) => `${of} has no option "${name}". It has: `;

@Controller()
class SomeController {
  @Get()
  @Authenticated()
  get() {
    return { reached: true };
  }
}

/** What many applications have: a filter that takes everything. */
@Catch()
class CatchAllFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const known = exception instanceof HttpException;
    const body = known ? exception.getResponse() : {};
    this.adapterHost.httpAdapter.reply(host.switchToHttp().getResponse(), body, known ? exception.getStatus() : 500);
  }
}

describe('the module', () => {
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer();
  });

  afterAll(() => issuer.close());

  test('can be configured asynchronously', async () => {
    @Module({
      imports: [
        ServiceAuthModule.forRootAsync({
          useFactory: async () => ({ issuers: [{ issuer: issuer.url, audience: 'order.service' }] }),
        }),
      ],
      controllers: [SomeController],
    })
    class AsyncModule {}
    const app = await NestFactory.create(AsyncModule, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const token = issuer.token({ audience: 'order.service' });
    const url = await app.getUrl();
    expect((await exchange(url)).status).toBe(401);
    expect((await exchange(url, ['authorization', `Bearer ${token}`])).body).toEqual({ reached: true });
    await app.close();
  });

  test("keeps status and body of its refusals under an application's own catch-all filter", async () => {
    @Module({
      imports: [ServiceAuthModule.forRoot({ issuers: [{ issuer: issuer.url, audience: 'order.service' }] })],
      controllers: [SomeController],
      providers: [{ provide: APP_FILTER, useClass: CatchAllFilter }],
    })
    class FilteredModule {}
    const app = await NestFactory.create(FilteredModule, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const { status, body, challenge } = await exchange(await app.getUrl());
    expect({ status, code: body.code, challenge }).toEqual({
      status: 401,
      code: 'credentials_missing',
      challenge: 'Bearer realm="order.service"',
    });
    await app.close();
  });

  test('takes the keys of the issuer itself without HTTP', async () => {
    const jwks = async () => (await fetch(`${issuer.url}/.well-known/jwks.json`)).json();
    const issuers = [{ issuer: issuer.url, audience: 'order.service', jwks }];
    const { app, url } = await startGuarded('Fastify', { issuers });
    const token = issuer.token({ audience: 'order.service' });
    expect((await exchange(`${url}/whoami`, ['authorization', `Bearer ${token}`])).status).toBe(200);
    await app.close();
  });

  test('guards two applications of one process, each by its own options', async () => {
    const other = await createTestIssuer();
    const orders = await startGuarded('Fastify', { issuers: [{ issuer: issuer.url, audience: 'order.service' }] });
    const payments = await startGuarded('Express', { issuers: [{ issuer: other.url, audience: 'payment.service' }] });
    const ofOrders = ['authorization', `Bearer ${issuer.token({ audience: 'order.service' })}`];
    const ofPayments = ['authorization', `Bearer ${other.token({ audience: 'payment.service' })}`];
    expect((await exchange(`${orders.url}/whoami`, ofOrders)).status).toBe(200);
    expect((await exchange(`${payments.url}/whoami`, ofPayments)).status).toBe(200);
    expect((await exchange(`${orders.url}/whoami`, ofPayments)).status).toBe(401);
    expect((await exchange(`${payments.url}/whoami`, ofOrders)).status).toBe(401);
    await orders.app.close();
    expect((await exchange(`${payments.url}/whoami`, ofPayments)).status).toBe(200);
    await payments.app.close();
    await other.close();
  });

  test.each(['the same options', 'different options'])(
    'does not boot where it is imported twice, with %s',
    async (how) => {
      const options = { issuers: [{ issuer: issuer.url, audience: 'order.service' }] };
      const again = how === 'the same options' ? options : { ...options, clockToleranceSeconds: 0 };
      @Module({ imports: [ServiceAuthModule.forRoot(again)] })
      class FeatureModule {}
      await expect(startGuarded('Fastify', options, [], { imports: [FeatureModule] })).rejects.toThrow(
        'ServiceAuthModule is imported twice. Import it once, in the root module',
      );
    },
  );

  test('does not boot where it is imported without options, and says how to', async () => {
    @Module({ imports: [ServiceAuthModule] })
    class BareModule {}
    const boot = NestFactory.create(BareModule, new FastifyAdapter(), { logger: false, abortOnError: false });
    await expect(boot).rejects.toThrow('import ServiceAuthModule.forRoot({ issuers })');
  });

  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a rejected promise', async () => Promise.reject(new TypeError('needs at least one issuer'))],
    ['options without issuers', async () => ({})],
  ])('does not boot where its options are made asynchronously and are %s', async (_, useFactory) => {
    @Module({ imports: [ServiceAuthModule.forRootAsync({ useFactory: useFactory as never })] })
    class AsyncModule {}
    const boot = NestFactory.create(AsyncModule, new FastifyAdapter(), { logger: false, abortOnError: false });
    await expect(boot).rejects.toThrow('needs at least one issuer');
  });

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'needs at least one issuer'],
    ['null', null, 'needs at least one issuer'],
    ['a list', [], 'needs at least one issuer'],
    ['no issuers', {}, 'needs at least one issuer'],
    [
      'one issuer for a list',
      { issuers: { issuer: 'https://a.example' } },
      'issuers of ServiceAuthModule must be a list',
    ],
    ['issuers that are texts', { issuers: ['https://a.example'] }, 'issuers of ServiceAuthModule must be a list'],
    ['an option misspelt', { issuers: [{}], clockTolerance: 5 }, 'has no option "clockTolerance". It has: issuers, '],
    ['an option of the prototype', { issuers: [{}], constructor: 1 }, 'has no option "constructor"'],
    [
      'allowHttp as a text',
      { issuers: [{}], allowHttp: 'false' },
      'allowHttp of ServiceAuthModule must be true or false',
    ],
    [
      'skew as a text',
      { issuers: [{}], clockToleranceSeconds: '10' },
      'clockToleranceSeconds of ServiceAuthModule must',
    ],
    [
      'signatures without keys',
      { issuers: [{}], signatures: { caller: 'a' } },
      'signatures of ServiceAuthModule must be',
    ],
    ['targets as an object', { issuers: [{}], targets: {} }, 'targets of ServiceAuthModule must be a list'],
    [
      'a listener that is none',
      { issuers: [{}], onDecision: 'log' },
      'onDecision of ServiceAuthModule must be a function',
    ],
    [
      'another fate of unannotated routes',
      { issuers: [{}], unannotatedRoutes: 'allow' },
      'unannotatedRoutes of ServiceAuthModule must be "refuse" or "fail-boot"',
    ],
  ])('refuses %s, as no compiler would let through, at once', (_, options, message) => {
    const configure = () => ServiceAuthModule.forRoot(options as Parameters<typeof ServiceAuthModule.forRoot>[0]);
    expect(configure).toThrow(TypeError);
    expect(configure).toThrow(message);
  });

  test.each<[string, object, string]>([
    [
      'an option of signatures misspelt',
      { signatures: { ...signatures, maxAge: 5 } },
      misspelt('signatures', 'maxAge'),
    ],
    ['an option of dpop misspelt', { dpop: { ...dpop, nonces: 'secret' } }, misspelt('dpop', 'nonces')],
    ['an option of the prototype in dpop', { dpop: { ...dpop, constructor: 1 } }, misspelt('dpop', 'constructor')],
    [
      'an option of clientCredentials misspelt',
      { clientCredentials: { ...credentials, scope: 'all' } },
      misspelt('clientCredentials', 'scope'),
    ],
    [
      'a record of nonces that is none',
      { signatures: { ...signatures, replayStore: new Map() } },
      'replayStore of signatures must be a record such as memoryReplayStore(), which says in forgetsOnRestart',
    ],
    [
      'a record that records nothing',
      { dpop: { ...dpop, replayStore: { forgetsOnRestart: true, record: true } } },
      'replayStore of dpop must be a record',
    ],
    [
      'a record that does not say whether it forgets',
      { dpop: { ...dpop, replayStore: { record: async () => true } } },
      'replayStore of dpop must be a record',
    ],
    [
      'a record that says it in a text',
      { signatures: { ...signatures, replayStore: { record: async () => true, forgetsOnRestart: 'false' } } },
      'replayStore of signatures must be a record',
    ],
    [
      'an age as a text',
      { dpop: { ...dpop, maxAgeSeconds: '60' } },
      'maxAgeSeconds of dpop must be a number of seconds',
    ],
    ['one algorithm for a list', { dpop: { ...dpop, algorithms: 'ES256' } }, 'algorithms of dpop must be a list'],
    ['a secret that is no text', { dpop: { ...dpop, nonceSecret: 7 } }, 'nonceSecret of dpop must be a text'],
    ['no public URL', { dpop: { publicUrls: [] } }, 'publicUrls of dpop must be a list of what callers call'],
    [
      'a public URL that is no text',
      { dpop: { publicUrls: [new URL('https://a.example')] } },
      'publicUrls of dpop must be',
    ],
    ['one public URL for a list', { dpop: { publicUrls: 'https://a.example' } }, 'publicUrls of dpop must be a list'],
    ['dpop without public URLs', { dpop: {} }, 'publicUrls of dpop must be a list'],
    [
      'an issuer of credentials that is none',
      { clientCredentials: { ...credentials, issuer: 1 } },
      'issuer of clientCredentials',
    ],
  ])('refuses %s, at once', (_, options, message) => {
    const configure = () => ServiceAuthModule.forRoot({ issuers: [{}], ...options } as never);
    expect(configure).toThrow(TypeError);
    expect(configure).toThrow(message);
    expect(configure).not.toThrow('confidential');
  });

  test('takes options that are undefined for options that are not given', () => {
    const configure = () =>
      ServiceAuthModule.forRoot({
        issuers: [],
        signatures: { ...signatures, maxAgeSeconds: undefined },
        dpop: {
          ...dpop,
          algorithms: undefined,
          maxAgeSeconds: undefined,
          nonceSecret: undefined,
          replayStore: undefined,
        },
        clientCredentials: { ...credentials, issuer: undefined },
      } as never);
    expect(configure).not.toThrow();
  });

  test('is ready once the keys were obtained, and boots without them', async () => {
    const late = await createTestIssuer();
    const { port } = new URL(late.url);
    await late.close();
    const { app, url } = await startGuarded('Fastify', { issuers: [{ issuer: late.url, audience: 'order.service' }] });
    const readiness = app.get(KeyReadiness);
    expect(readiness.obtained()).toBe(false);
    const { status, headers, body } = await exchange(`${url}/whoami`, ['authorization', `Bearer ${late.token()}`]);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'verdict_unavailable' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    const revived = await createTestIssuer({ port: Number(port) });
    await expect.poll(() => readiness.obtained(), { timeout: 5000 }).toBe(true);
    await app.close();
    await revived.close();
  });

  test.each<[string, Parameters<typeof ServiceAuthModule.forRoot>[0], string]>([
    ['no issuer', { issuers: [] }, 'at least one issuer'],
    ['an issuer that is no URL', { issuers: [{ issuer: 'here', audience: 'a' }] }, 'not a URL'],
    ['plain http beyond loopback', { issuers: [{ issuer: 'http://auth.example', audience: 'a' }] }, 'must be https'],
    [
      'plain http keys',
      { issuers: [{ issuer: 'https://a.example', jwksUri: 'http://a.example', audience: 'a' }] },
      'jwksUri',
    ],
    ['credentials in the issuer', { issuers: [{ issuer: 'https://u:p@a.example', audience: 'a' }] }, 'credentials'],
    ['no audience', { issuers: [{ issuer: 'https://a.example', audience: '' }] }, 'no audience'],
    [
      'an issuer twice',
      { issuers: [1, 2].map(() => ({ issuer: 'https://a.example', audience: 'a' })) },
      'listed twice',
    ],
    [
      'an unknown algorithm',
      { issuers: [{ issuer: 'https://a.example', audience: 'a', algorithms: ['HS256' as never] }] },
      'needs one or more algorithms',
    ],
    [
      'no algorithm',
      { issuers: [{ issuer: 'https://a.example', audience: 'a', algorithms: [] }] },
      'needs one or more algorithms',
    ],
    [
      'a lifetime of zero',
      { issuers: [{ issuer: 'https://a.example', audience: 'a', maxLifetimeSeconds: 0 }] },
      'maxLifetimeSeconds',
    ],
    [
      'an hour of skew',
      { issuers: [{ issuer: 'https://a.example', audience: 'a' }], clockToleranceSeconds: 3600 },
      'clockToleranceSeconds',
    ],
    [
      'less than no verified tokens',
      { issuers: [{ issuer: 'https://a.example', audience: 'a' }], maxVerifiedTokens: -1 },
      'maxVerifiedTokens',
    ],
    [
      'a weak signature key',
      {
        issuers: [{ issuer: 'https://a.example', audience: 'a' }],
        signatures: { caller: 'a', keys: [{ caller: 'a', id: '1', secret: 'x' }] },
      },
      'shorter than 32 bytes',
    ],
    [
      'a signed target without keys',
      {
        issuers: [{ issuer: 'https://a.example', audience: 'a' }],
        signatures: undefined,
        targets: [{ audience: 'b', url: 'https://b.example', sign: true }],
      },
      'there are no keys',
    ],
  ])('does not boot with %s', async (_, options, message) => {
    await expect(startGuarded('Fastify', options)).rejects.toThrow(message);
  });
});
