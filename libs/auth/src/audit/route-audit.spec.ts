import { Controller, Get, Module, Post, SetMetadata, Version } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, test } from 'vitest';
import { AnyScope, Authenticated, Public, Scopes } from '../guard/declare/access.decorators.js';
import { Sensitive } from '../guard/declare/sensitive.decorator.js';
import { signatures } from '../guard/guarded-service.fixture.js';
import { ServiceAuthModule } from '../guard/service-auth.module.js';
import type { ServiceAuthOptions } from '../guard/service-auth.options.js';
import { RouteInventory } from './route-inventory.js';

const issuers = [{ issuer: 'https://auth.example', audience: 'order.service', jwks: async () => ({ keys: [] }) }];
const signed = Sensitive({ signature: { callers: ['order'] } });

/** Boots an application of these controllers as far as its hooks, and keeps what it warned of. */
async function boot(controllers: (new () => object)[], options: Partial<ServiceAuthOptions> = {}) {
  @Module({ imports: [ServiceAuthModule.forRoot({ issuers, signatures, ...options })], controllers })
  class AuditedModule {}
  const warnings: string[] = [];
  const ofRoutes = (line: string) => /declares|closed/.test(line);
  const logger = { log() {}, error() {}, warn: (line: string) => ofRoutes(line) && warnings.push(line) };
  const app = await NestFactory.create(AuditedModule, new FastifyAdapter(), { logger, abortOnError: false });
  try {
    app.enableVersioning();
    await app.init();
    return { warnings, routes: app.get(RouteInventory).routes() };
  } finally {
    await app.close();
  }
}

@Controller(['orders', 'legacy/orders'])
class OrdersController {
  @Get()
  @Scopes('order.read')
  list() {}

  @Get([':id', ':id/details'])
  one() {}

  @Post()
  @AnyScope('order.write', 'order.admin')
  @signed
  create() {}

  notARoute() {}
}

@Controller()
class InnocentController {
  @Get('health')
  @Public()
  health() {}
}

describe('the audit at boot', () => {
  test('warns of each address of a handler without a rule, and names the remedy', async () => {
    const { warnings } = await boot([OrdersController, InnocentController]);
    const line = (address: string) =>
      `OrdersController.one (${address}) declares no access rule and is closed. Add @Scopes, @AnyScope, @Authenticated or @Public.`;
    expect(warnings).toEqual([
      line('GET /orders/:id'),
      line('GET /orders/:id/details'),
      line('GET /legacy/orders/:id'),
      line('GET /legacy/orders/:id/details'),
    ]);
  });

  test('stops the boot with the list where the options say so', async () => {
    await expect(boot([OrdersController], { unannotatedRoutes: 'fail-boot' })).rejects.toThrow(
      /^Routes declare no access rule:\n {2}OrdersController\.one \(GET \/orders\/:id\) declares no access rule/,
    );
    expect((await boot([InnocentController], { unannotatedRoutes: 'fail-boot' })).warnings).toEqual([]);
  });

  test('reports a sensitive route without a rule as one that has none', async () => {
    @Controller()
    class Half {
      @Post('pay')
      @signed
      pay() {}
    }
    const { warnings } = await boot([Half]);
    expect(warnings).toEqual([expect.stringMatching(/^Half\.pay \(POST \/pay\) declares no access rule/)]);
  });

  test('warns of a rule on a message, which nobody can satisfy', async () => {
    @Controller()
    class Messages {
      @MessagePattern({ cmd: 'ship' })
      @Authenticated()
      ship() {}
    }
    const { warnings } = await boot([Messages]);
    expect(warnings).toEqual([expect.stringMatching(/^Messages\.ship \(rpc \{"cmd":"ship"\}\) is closed, because/)]);
  });
});

describe('the boot stops where', () => {
  const wraps = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
    const inner = descriptor.value;
    descriptor.value = function wrapper(this: unknown, ...args: unknown[]) {
      return inner.apply(this, args);
    };
  };

  function controllerWith(...decorators: MethodDecorator[]) {
    class Charge {
      charge() {}
    }
    const { prototype } = Charge;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'charge');
    if (!descriptor) throw new Error('no method');
    for (const decorate of [...decorators, Post('charge')]) decorate(prototype, 'charge', descriptor);
    Object.defineProperty(prototype, 'charge', descriptor);
    Controller()(Charge);
    return Charge;
  }

  test.each<[string, MethodDecorator[], Partial<ServiceAuthOptions>, string]>([
    [
      'a signature is demanded without keys',
      [Authenticated(), signed],
      { signatures: undefined },
      'Configure `signatures`',
    ],
    [
      'a signature is demanded of a service without a key',
      [Authenticated(), Sensitive({ signature: { callers: ['order', 'ordre'] } })],
      {},
      'a signature of "ordre", who has no key. Add one to `signatures.keys`',
    ],
    ['a route is public and sensitive', [Public(), signed], {}, 'both @Public and @Sensitive. Keep one'],
    [
      'a route is public and takes a token once',
      [Public(), Sensitive({ once: true })],
      {},
      'both @Public and @Sensitive',
    ],
    ['another decorator loses a rule', [Scopes('a'), wraps()], {}, 'Put the declaration above that decorator'],
    [
      'another decorator loses a demand',
      [signed, wraps(), Scopes('a')],
      {},
      'Put the declaration above that decorator',
    ],
    ['a route is public and barely sensitive', [Public(), Sensitive()], {}, 'both @Public and @Sensitive. Keep one'],
    [
      'a message is barely sensitive',
      [Authenticated(), Sensitive(), MessagePattern('charge')],
      {},
      '@Sensitive holds on HTTP routes only',
    ],
    [
      'a message is sensitive',
      [Authenticated(), signed, MessagePattern('charge')],
      {},
      '@Sensitive holds on HTTP routes only',
    ],
  ])('%s', async (_, decorators, options, remedy) => {
    const failure = await boot([controllerWith(...decorators)], options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect((failure as Error).message).toContain('Declarations contradict one another:\n  Charge.charge (');
    expect((failure as Error).message).toContain(remedy);
  });

  test('a method drops the signature that its class demands', async () => {
    @Controller()
    @signed
    class Charges {
      @Post('charge')
      @Authenticated()
      @Sensitive()
      charge() {}
    }
    await expect(boot([Charges])).rejects.toThrow('drops the signature that its class demands. Repeat `signature`');
  });

  test('a method lets a token be used again that its class takes once', async () => {
    @Controller()
    @Sensitive({ once: true })
    class Charges {
      @Post('charge')
      @Authenticated()
      @Sensitive({ signature: { callers: ['order'] } })
      charge() {}
    }
    await expect(boot([Charges])).rejects.toThrow('drops the once that its class demands. Repeat `once`');
  });

  test('several things are wrong, and it tells all of them', async () => {
    const charge = controllerWith(Authenticated(), Sensitive({ signature: { callers: ['ordre', 'oder'] } }));
    await expect(boot([charge])).rejects.toThrow(/of "ordre", .*\n.*of "oder", /);
  });

  test('but not where the wrapping decorator keeps the metadata', async () => {
    const keeps = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
      const inner = descriptor.value;
      descriptor.value = function wrapper() {};
      for (const key of Reflect.getMetadataKeys(inner))
        SetMetadata(key, Reflect.getMetadata(key, inner))(descriptor.value);
    };
    const { routes } = await boot([controllerWith(Scopes('a'), keeps())]);
    expect(routes).toEqual([expect.objectContaining({ rule: { kind: 'scopes', match: 'all', scopes: ['a'] } })]);
  });
});

test('the inventory lists every route with its needs', async () => {
  @Controller({ path: 'v', version: '1' })
  @Authenticated()
  class Versioned {
    @Get('same')
    inherits() {}

    @Get('same')
    @Version('2')
    @Public()
    opens() {}
  }
  const { routes } = await boot([OrdersController, Versioned]);
  expect(routes).toContainEqual({
    transport: 'http',
    address: 'POST /legacy/orders',
    handler: 'OrdersController.create',
    rule: { kind: 'scopes', match: 'any', scopes: ['order.write', 'order.admin'] },
    sensitivity: { signature: { callers: ['order'] } },
  });
  expect(routes).toContainEqual({ transport: 'http', address: 'GET /orders/:id', handler: 'OrdersController.one' });
  expect(routes.filter(({ address }) => address === 'GET /v/same').map(({ rule }) => rule?.kind)).toEqual([
    'authenticated',
    'public',
  ]);
  expect(routes).toHaveLength(10);
});
