import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { ConsoleLogger, Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealToken, segment } from '../testing/seal-token.js';
import { Scopes } from './declare/access.decorators.js';
import { adapters, exchange } from './guarded-service.fixture.js';
import { KeyReadiness } from './key-readiness.js';
import { ServiceAuthModule } from './service-auth.module.js';

const issuer = 'https://old.example';
const audience = 'order.service';
const secret = randomBytes(32).toString('base64');

@Controller('orders')
class Orders {
  @Get()
  @Scopes('order.read')
  list() {
    return [];
  }
}

@Module({
  imports: [ServiceAuthModule.forRoot({ issuers: [{ issuer, audience, secret }] })],
  controllers: [Orders],
})
class MigratingModule {}

/** Keeps what is logged. */
class KeptLog extends ConsoleLogger {
  readonly lines: string[] = [];

  protected override printMessages(messages: unknown[], _context?: string, level = 'log'): void {
    this.lines.push(...messages.map((message) => `${level}: ${JSON.stringify(message)}`));
  }
}

function token(key: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: 'alice',
    aud: audience,
    iat,
    exp: iat + 300,
    jti: randomUUID(),
    scope: 'order.read',
  };
  const signer = { algorithm: 'HS256', key: createSecretKey(key, 'utf8') } as const;
  return sealToken(segment({ alg: 'HS256', typ: 'at+jwt' }), segment(claims), signer);
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('a shared secret, on %s', (adapter) => {
  const log = new KeptLog();
  let app: Awaited<ReturnType<typeof NestFactory.create>>;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create(MigratingModule, adapters[adapter](), { logger: log });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  test('lets a token through that was signed with it, and no other', async () => {
    const get = (bearer: string) => exchange(`${url}/orders`, ['authorization', `Bearer ${bearer}`]);
    expect((await get(token(secret))).status).toBe(200);
    const { status, body } = await get(token('s'.repeat(32)));
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'invalid_token' });
  });

  test('needs no key set: the service is ready at once', () => {
    expect(app.get(KeyReadiness).obtained()).toBe(true);
  });

  test('makes the boot warn, once, that each holder can mint', () => {
    const warnings = log.lines.filter((line) => line.startsWith('warn') && line.includes('shared secret'));
    expect(warnings).toEqual([expect.stringMatching(/tokens of https:\/\/old\.example .* can mint tokens/)]);
    expect(log.lines.join()).not.toContain(secret);
  });
});
