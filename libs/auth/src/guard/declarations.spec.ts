import { Controller, Get, type INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestIssuer, type TestIssuer } from '../testing/index.js';
import { AnyScope, Authenticated, Public, Scopes } from './access.decorators.js';
import { exchange, startGuarded } from './guarded-service.fixture.js';

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

describe('a declaration', () => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const issuers = [{ issuer: issuer.url, audience: 'order.service' }];
    ({ app, url } = await startGuarded('Fastify', { issuers }, [ClosedController, OpenController]));
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

  test('that contradicts another at the same place stops the program', () => {
    expect(() => {
      class Contradictory {
        @Public()
        @Scopes('order.read')
        route() {}
      }
      return Contradictory;
    }).toThrow('Contradictory.route has two access rules');
  });

  test.each([
    ['no scope', () => (Scopes as (...scopes: string[]) => unknown)()],
    ['an empty scope', () => Scopes('')],
    ['two scopes in one string', () => AnyScope('order.read order.write')],
    ['a constant that does not exist', () => Scopes(undefined as never)],
  ])('cannot be made of %s', (_, declaration) => {
    expect(declaration).toThrow(TypeError);
  });
});
