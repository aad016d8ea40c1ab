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
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestIssuer, type TestIssuer } from '../testing/index.js';
import { Authenticated } from './access.decorators.js';
import { EveryKindOfRoute, exchange, startGuarded } from './guarded-service.fixture.js';
import { KeyReadiness } from './key-readiness.js';
import { ServiceAuthGuard } from './service-auth.guard.js';
import { ServiceAuthModule } from './service-auth.module.js';

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

  test('refuses what is not HTTP, unless it is public', async () => {
    const { app } = await startGuarded('Fastify', { issuers: [{ issuer: issuer.url, audience: 'order.service' }] });
    const guard = app.get(ServiceAuthGuard);
    const message = (handler: keyof EveryKindOfRoute) => {
      const context = new ExecutionContextHost([{}], EveryKindOfRoute, EveryKindOfRoute.prototype[handler]);
      context.setType('ws');
      return guard.canActivate(context);
    };
    await expect(message('whoami')).rejects.toThrow('Only HTTP requests');
    await expect(message('forgotten')).rejects.toThrow('Only HTTP requests');
    expect(await message('open')).toBe(true);
    await app.close();
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
        targets: [{ audience: 'b', url: 'https://b.example', sign: true }],
      },
      'there are no keys',
    ],
  ])('does not boot with %s', async (_, options, message) => {
    await expect(startGuarded('Fastify', options)).rejects.toThrow(message);
  });
});
