import {
  All,
  type CanActivate,
  Controller,
  Get,
  Head,
  type INestApplication,
  type MessageEvent,
  Options,
  Post,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
  UseInterceptors,
  Version,
  VersioningType,
} from '@nestjs/common';
import { of } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestIssuer, type TestIssuer } from '../testing/test-issuer.js';
import { Authenticated, Public, Scopes } from './declare/access.decorators.js';
import { adapters, startGuarded } from './guarded-service.fixture.js';

/** What of a route was reached, in order. */
const reached: string[] = [];

class NotingGuard implements CanActivate {
  canActivate() {
    reached.push('own guard');
    return true;
  }
}

class NotingInterceptor {
  intercept(_context: unknown, next: { handle(): never }) {
    reached.push('interceptor');
    return next.handle();
  }
}

@Controller()
@Scopes('order.read')
class EveryShapeOfRoute {
  @All('all')
  all() {
    reached.push('handler');
    return {};
  }

  @Get('get')
  get() {
    reached.push('handler');
    return {};
  }

  @Get(['list', 'of/:paths', 'wild/*'])
  list() {
    reached.push('handler');
    return {};
  }

  @Head('head')
  head() {
    reached.push('handler');
  }

  @Options('options')
  options() {
    reached.push('handler');
  }

  @Sse('events')
  events() {
    reached.push('handler');
    return of<MessageEvent>({ data: 'event' });
  }

  @Get('file')
  file() {
    reached.push('handler');
    return new StreamableFile(Buffer.from('content'));
  }

  @Get('by-hand')
  byHand(@Res() response: { send(body: string): void }) {
    reached.push('handler');
    response.send('sent');
  }

  @Get('own-guard')
  @UseGuards(NotingGuard)
  @UseInterceptors(NotingInterceptor)
  ownGuard() {
    reached.push('handler');
    return {};
  }
}

@Controller({ path: 'versioned', version: '1' })
@Authenticated()
class VersionedController {
  @Get()
  first() {
    return { version: 1 };
  }

  @Get()
  @Version('2')
  @Public()
  second() {
    return { version: 2 };
  }

  @Post()
  @Version(['1', '2'])
  both() {
    return {};
  }
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('the guard on %s stands before', (adapter) => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const issuers = [{ issuer: issuer.url, audience: 'order.service' }];
    ({ app, url } = await startGuarded(adapter, { issuers }, [EveryShapeOfRoute, VersionedController], {
      providers: [NotingGuard],
      prepare: (app) => app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
    }));
  });
  beforeEach(() => {
    reached.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  const send = (method: string, path: string, scopes?: string[]) => {
    const token = scopes && issuer.token({ audience: 'order.service', scopes });
    return fetch(`${url}/api${path}`, { method, headers: token ? { authorization: `Bearer ${token}` } : {} });
  };

  test.each([
    ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => [method, '/all', 'every method']),
    ['HEAD', '/get', 'HEAD of a GET route'],
    ['GET', '/list', 'one of several paths'],
    ['GET', '/of/7', 'a path with a parameter'],
    ['GET', '/wild/a/b', 'a wildcard'],
    ['HEAD', '/head', 'a HEAD route'],
    ['OPTIONS', '/options', 'an OPTIONS route'],
    ['GET', '/events', 'server-sent events'],
    ['GET', '/file', 'a stream'],
    ['GET', '/by-hand', 'a handler that answers by itself'],
  ])('%s %s: %s', async (method, path) => {
    const refused = await send(method, path);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="order.service"');
    expect((await send(method, path, ['order.write'])).status).toBe(403);
    expect(reached).toEqual([]);
    const passed = await send(method, path, ['order.read']);
    expect(Math.floor(passed.status / 100)).toBe(2);
    await passed.body?.cancel();
    expect(reached).toEqual(['handler']);
  });

  test("a handler's own guards and interceptors", async () => {
    await send('GET', '/own-guard');
    expect(reached).toEqual([]);
    expect((await send('GET', '/own-guard', ['order.read'])).status).toBe(200);
    expect(reached).toEqual(['own guard', 'interceptor', 'handler']);
  });

  test('each version of a route for itself', async () => {
    expect((await send('GET', '/v1/versioned')).status).toBe(401);
    expect((await send('GET', '/v2/versioned')).status).toBe(200);
    expect((await send('POST', '/v2/versioned')).status).toBe(401);
    expect((await send('GET', '/v1/versioned', [])).status).toBe(200);
  });

  test.each(['/get/', '//get', '/GET', '/%67et', '/get?x', '/get;x', '/get/..%2fget', '/get%00'])(
    'another spelling of a path: %s',
    async (path) => {
      expect([401, 404, 400]).toContain((await send('GET', path)).status);
      expect(reached).toEqual([]);
    },
  );

  test('nothing where there is no route: OPTIONS and other methods of a GET route', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const { status } = await send(method, '/get');
      expect([200, 401, 404, 405]).toContain(status);
    }
    expect(reached).toEqual([]);
  });
});
