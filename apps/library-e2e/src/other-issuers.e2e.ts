import { sign } from 'node:crypto';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ForeignIssuer, type Resource, startForeignIssuer } from './foreign-issuer.js';
import { OutsideApp } from './outside-app.js';

/** A service like order, which trusts whom its environment names. */
const orderLike = `import { Controller, Get, Module, Post } from '@nestjs/common';
import { Caller, Scopes, ServiceAuthModule } from '@waybill/auth';

@Controller('orders')
export class OrdersController {
  @Get()
  @Scopes('order.read')
  list(@Caller() caller: Caller) {
    return { issuer: caller.issuer, subject: caller.subject, clientId: caller.clientId, scopes: [...caller.scopes] };
  }

  @Post()
  @Scopes('order.write')
  place() {
    return { placed: true };
  }
}

@Module({
  imports: [ServiceAuthModule.forRoot({ issuers: JSON.parse(process.env.TOKEN_ISSUERS ?? '[]') })],
  controllers: [OrdersController],
})
export class AppModule {}
`;

const audience = 'order.service';
/** The foreign issuer names the service otherwise, and its operator says in `permissions` what a client may do. */
const resource: Resource = {
  indicator: 'https://order.example.com/',
  audience: 'https://order.example.com/',
  scope: 'order.read order.write',
  claims: { permissions: ['order.read'] },
};

describe('a service that trusts its own issuer and oidc-provider at once', () => {
  let own: TestIssuer;
  let foreign: ForeignIssuer;
  let app: OutsideApp;
  let service: Awaited<ReturnType<OutsideApp['start']>>;
  let foreignToken: string;

  beforeAll(async () => {
    own = await createTestIssuer({ algorithm: 'RS256' });
    foreign = await startForeignIssuer(own.key.kid, resource);
    foreignToken = await foreign.obtainToken(resource);
    app = await OutsideApp.make(orderLike);
    await app.installLibrary();
    await app.compile();
    const issuers = [
      { issuer: own.url, audience },
      { issuer: foreign.url, audience: resource.audience, algorithms: ['RS256'], scopeClaim: 'permissions' },
    ];
    service = await app.start({ TOKEN_ISSUERS: JSON.stringify(issuers) });
  });

  afterAll(async () => {
    await service?.stop();
    await app?.remove();
    await foreign?.close();
    await own?.close();
  });

  async function call(token: string, method = 'GET'): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${service.url}/orders`, { method, headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** The foreign issuer's token, changed and signed anew with a key that has its key id. */
  function resigned(key: typeof foreign.key, changed: object = {}): string {
    const [header = '', claims = ''] = foreignToken.split('.');
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const signed = `${header}.${Buffer.from(JSON.stringify({ ...said, ...changed })).toString('base64url')}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  test('lets the token of a client of oidc-provider through', async () => {
    expect(await call(foreignToken)).toEqual({
      status: 200,
      body: { issuer: foreign.url, subject: 'warehouse', clientId: 'warehouse', scopes: ['order.read'] },
    });
  });

  test('lets the token of its own issuer through', async () => {
    const { status, body } = await call(own.token({ audience, scopes: ['order.read'] }));
    expect({ status, issuer: body.issuer, subject: body.subject }).toEqual({
      status: 200,
      issuer: own.url,
      subject: 'alice',
    });
  });

  test('reads the scopes of each where each has them', async () => {
    const { status, body } = await call(foreignToken, 'POST');
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'insufficient_scope' });
    const claims = { permissions: ['order.write'] };
    expect((await call(own.token({ audience, scopes: ['order.read'], claims }), 'POST')).status).toBe(403);
    expect((await call(own.token({ audience, scopes: ['order.write'] }), 'POST')).status).toBe(201);
  });

  test("accepts no issuer's token for the other's audience", async () => {
    expect((await call(resigned(foreign.key, { aud: audience }))).status).toBe(401);
    expect((await call(own.token({ audience: resource.audience, scopes: ['order.read'] }))).status).toBe(401);
  });

  test("accepts no issuer's token that was signed with the other's key under the same key id", async () => {
    const ownClaims = { iss: own.url, aud: audience, scope: 'order.read' };
    expect((await call(resigned(foreign.key))).status).toBe(200);
    expect((await call(resigned(own.key.key))).status).toBe(401);
    expect((await call(resigned(own.key.key, ownClaims))).status).toBe(200);
    expect((await call(resigned(foreign.key, ownClaims))).status).toBe(401);
  });
});
