import { applyDecorators, Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestIssuer, type TestIssuer } from '../../testing/index.js';
import { exchange, startGuarded } from '../guarded-service.fixture.js';
import { AnyScope, Authenticated, Public, Scopes } from './access.decorators.js';
import { Sensitive } from './sensitive.decorator.js';

@Controller('closed')
@Scopes('order.read')
class ClosedController {
  @Get('inherits')
  inherits() {
    return {};
  }

  @Get('opens')
  @Public()
  opens() {
    return {};
  }
}

@Controller('open')
@Public()
class OpenController {
  @Get('closes')
  @Authenticated()
  closes() {
    return {};
  }
}

class AnnotatedHandlers {
  @Get('read')
  @Scopes('order.read')
  read() {
    return {};
  }

  @Get('written')
  @Scopes('order.write')
  overridden() {
    return {};
  }

  @Get('undeclared')
  undeclared() {
    return {};
  }
}

@Controller('inherited')
class InheritingController extends AnnotatedHandlers {
  @Get('written')
  override overridden() {
    return {};
  }
}

@Controller('inherited-open')
@Public()
class OpenInheritingController extends AnnotatedHandlers {}

const ReadsOrders = () => applyDecorators(Scopes('order.read'), Get('composed'));

@Controller('composed')
class ComposedController {
  @ReadsOrders()
  composed() {
    return {};
  }

  @Scopes('order.read')
  @Post('above')
  above() {
    return {};
  }
}

describe('a declaration', () => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const issuers = [{ issuer: issuer.url, audience: 'order.service' }];
    ({ app, url } = await startGuarded('Fastify', { issuers }, [
      ClosedController,
      OpenController,
      InheritingController,
      OpenInheritingController,
      ComposedController,
    ]));
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  test('of a class holds for its handlers', async () => {
    expect((await exchange(`${url}/closed/inherits`)).status).toBe(401);
  });

  test('of a handler wins over its class, both ways', async () => {
    expect((await exchange(`${url}/closed/opens`)).status).toBe(200);
    expect((await exchange(`${url}/open/closes`)).status).toBe(401);
  });

  const asked = async (path: string, ...scopes: string[]) => {
    const token = issuer.token({ audience: 'order.service', scopes });
    return (await exchange(url + path, ['authorization', `Bearer ${token}`])).body;
  };

  test('of an inherited handler holds, and one of the class does not replace it', async () => {
    expect(await asked('/inherited/read')).toMatchObject({ code: 'insufficient_scope' });
    expect(await asked('/inherited/read', 'order.read')).toEqual({});
    expect((await exchange(`${url}/inherited-open/read`)).status).toBe(401);
    expect((await exchange(`${url}/inherited-open/undeclared`)).status).toBe(200);
  });

  test('does not pass from a handler to the one that overrides it', async () => {
    expect(await asked('/inherited/written', 'order.write')).toMatchObject({ code: 'route_unannotated' });
  });

  test('may be composed with others, and stand above or below the route', async () => {
    expect(await asked('/composed/composed')).toMatchObject({ code: 'insufficient_scope' });
    expect(await asked('/composed/composed', 'order.read')).toEqual({});
    expect((await exchange(`${url}/composed/above`, [], { method: 'POST' })).status).toBe(401);
  });

  test('that contradicts another at the same place stops the program', () => {
    expect(() => {
      class Contradictory {
        @Public()
        @Scopes('order.read')
        route() {}
      }
      return Contradictory;
    }).toThrow('Contradictory.route has two access rules');
    expect(() => applyDecorators(Public(), Authenticated())(class Both {})).toThrow('Both has two access rules');
  });

  test('that contradicts another across a decorator that wraps the method stops the program', () => {
    const wraps: MethodDecorator = (_target, _key, descriptor) => ({ ...descriptor, value: (() => {}) as never });
    expect(() => {
      class Hidden {
        @Public()
        @wraps
        @Scopes('order.read')
        route() {}
      }
      return Hidden;
    }).toThrow('Hidden.route has two access rules');
  });

  test('on a property stops the program: Nest would never see it', () => {
    expect(() => (Scopes('order.read') as PropertyDecorator)(AnnotatedHandlers.prototype, 'arrow')).toThrow(
      'AnnotatedHandlers.arrow is no method',
    );
  });

  test('of sensitivity stands once', () => {
    const signed = Sensitive({ signature: { callers: ['order'] } });
    expect(() => applyDecorators(signed, signed)(class Twice {})).toThrow('Twice is declared sensitive twice');
  });

  test.each([
    ['no scope', () => (Scopes as (...scopes: string[]) => unknown)()],
    ['an empty scope', () => Scopes('')],
    ['two scopes in one string', () => AnyScope('order.read order.write')],
    ['a constant that does not exist', () => Scopes(undefined as never)],
    ['a sensitivity that is none', () => Sensitive(null as never)],
    ['a demand that does not exist', () => Sensitive({ signatures: { callers: ['order'] } } as never)],
    ['a demand for nothing', () => Sensitive({ signature: undefined as never })],
    ['a token that is good for one use or not', () => Sensitive({ once: false as never })],
    ['a signature by nobody', () => Sensitive({ signature: { callers: [] as never } })],
    [
      'a signature by a constant that does not exist',
      () => Sensitive({ signature: { callers: [undefined as never] } }),
    ],
    ['a signature by a text', () => Sensitive({ signature: { callers: 'order' as never } })],
  ])('cannot be made of %s', (_, declaration) => {
    expect(declaration).toThrow(TypeError);
  });
});
