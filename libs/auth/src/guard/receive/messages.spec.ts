import type { AddressInfo, Server } from 'node:net';
import { Controller, Get, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { remainingMs, ServiceClient } from '../../call/index.js';
import type { DecisionEvent } from '../../observe/index.js';
import { ScopeInsufficient } from '../../refuse/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/test-issuer.js';
import { Public, Scopes } from '../declare/access.decorators.js';
import { exchange, startGuarded } from '../guarded-service.fixture.js';
import { ServiceAuthModule } from '../service-auth.module.js';

/** Which handlers a message reached. */
const reached: string[] = [];

class Messages {
  constructor(protected readonly services: ServiceClient) {}

  forgotten() {
    reached.push('forgotten');
    return { event: 'answer', data: 'forgotten' };
  }

  scoped() {
    reached.push('scoped');
    return { event: 'answer', data: 'scoped' };
  }

  open() {
    return { event: 'answer', data: 'open' };
  }

  left() {
    return { event: 'answer', data: String(remainingMs()) };
  }

  async relays() {
    const outcome = await this.services
      .to('payment.service')
      .request({ method: 'GET', path: '/' })
      .catch((error: Error) => error.message);
    return { event: 'answer', data: outcome };
  }

  refuses() {
    throw new ScopeInsufficient(['order.read']);
  }
}

@WebSocketGateway()
class MessagesGateway extends Messages {
  constructor(services: ServiceClient) {
    super(services);
  }

  @SubscribeMessage('forgotten')
  override forgotten() {
    return super.forgotten();
  }

  @SubscribeMessage('scoped')
  @Scopes('order.read')
  override scoped() {
    return super.scoped();
  }

  @SubscribeMessage('open')
  @Public()
  override open() {
    return super.open();
  }

  @SubscribeMessage('left')
  @Public()
  override left() {
    return super.left();
  }

  @SubscribeMessage('relays')
  @Public()
  override relays() {
    return super.relays();
  }

  @SubscribeMessage('refuses')
  @Public()
  override refuses() {
    return super.refuses();
  }
}

@Controller()
class MessagesController extends Messages {
  constructor(services: ServiceClient) {
    super(services);
  }

  @MessagePattern('forgotten')
  override forgotten() {
    return super.forgotten();
  }

  @EventPattern('forgotten-event')
  forgottenEvent(_data: unknown) {
    reached.push('forgotten-event');
  }

  @Get('scoped')
  @MessagePattern('scoped')
  @Scopes('order.read')
  override scoped() {
    return super.scoped();
  }

  @MessagePattern('open')
  @Public()
  override open() {
    return super.open();
  }

  @MessagePattern('left')
  @Public()
  override left() {
    return super.left();
  }

  @MessagePattern('relays')
  @Public()
  override relays() {
    return super.relays();
  }

  @MessagePattern('refuses')
  @Public()
  override refuses() {
    return super.refuses();
  }
}

let issuer: TestIssuer;
const decisions: DecisionEvent[] = [];
const closings: (() => unknown)[] = [];

beforeAll(async () => {
  issuer = await createTestIssuer();
});
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
  decisions.length = 0;
  reached.length = 0;
});
afterAll(() => issuer.close());

const options = () => ({
  issuers: [{ issuer: issuer.url, audience: 'order.service' }],
  targets: [{ audience: 'payment.service', url: 'http://127.0.0.1:9' }],
  onDecision: (event: DecisionEvent) => decisions.push(event),
});

describe('over WebSocket', () => {
  /** Connects, with a good token in the handshake, which changes nothing. */
  async function connect() {
    const { app } = await startGuarded('Express', options(), [], {
      providers: [MessagesGateway],
      prepare: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
    });
    closings.push(() => app.close());
    const { port } = app.getHttpServer().address() as AddressInfo;
    const token = issuer.token({ audience: 'order.service', scopes: ['order.read'] });
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers } as never);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    closings.push(() => socket.close());
    return (event: string): Promise<{ event: string; data: unknown }> =>
      new Promise((resolve) => {
        socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)));
        socket.send(JSON.stringify({ event, data: 'x' }));
      });
  }

  test('only a public handler answers; the others refuse, and the connection goes on', async () => {
    const ask = await connect();
    const cause = (pattern: string) => ({ pattern, data: 'x' });
    const refused = (pattern: string) => ({
      event: 'exception',
      data: { status: 'error', message: 'Forbidden resource', cause: cause(pattern) },
    });
    expect(await ask('forgotten')).toEqual(refused('forgotten'));
    expect(await ask('scoped')).toEqual(refused('scoped'));
    expect(await ask('open')).toEqual({ event: 'answer', data: 'open' });
    expect(reached).toEqual([]);
    expect(decisions).toMatchObject([
      { code: 'transport_unsupported', method: 'ws', path: 'MessagesGateway.forgotten' },
      { code: 'transport_unsupported', method: 'ws', path: 'MessagesGateway.scoped' },
    ]);
  });

  test('a public handler has no authority to carry on, and no deadline', async () => {
    const ask = await connect();
    expect((await ask('relays')).data).toContain('There is no caller whose authority could travel');
    expect((await ask('left')).data).toBe('undefined');
  });

  test('a refusal by a handler tells nothing, and the connection goes on', async () => {
    const ask = await connect();
    const data = { status: 'error', message: 'Internal server error', cause: { pattern: 'refuses', data: 'x' } };
    expect(await ask('refuses')).toEqual({ event: 'exception', data });
    expect(await ask('open')).toEqual({ event: 'answer', data: 'open' });
  });
});

describe.each([
  ['a microservice', () => startMicroservice()],
  ['a microservice connected with inheritAppConfig', () => startHybrid({ inheritAppConfig: true })],
  ['a microservice connected without it', () => startHybrid({})],
])('over %s', (name, start) => {
  async function connect() {
    const microservice = await start();
    const { port } = microservice.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } });
    closings.push(() => client.close());
    const ask = (pattern: string) => firstValueFrom(client.send(pattern, {})).catch((error: unknown) => ({ error }));
    return { client, ask };
  }

  test('only a public handler answers; the others refuse', async () => {
    const { client, ask } = await connect();
    const error = { status: 'error', message: 'Forbidden resource' };
    await firstValueFrom(client.emit('forgotten-event', {}), { defaultValue: undefined });
    expect(await ask('forgotten')).toEqual({ error });
    expect(await ask('scoped')).toEqual({ error });
    expect(await ask('open')).toEqual({ event: 'answer', data: 'open' });
    expect(reached).toEqual([]);
    const refused = ['MessagesController.forgottenEvent', 'MessagesController.forgotten', 'MessagesController.scoped'];
    expect(decisions.map(({ path }) => path)).toEqual(name.endsWith('without it') ? [] : refused);
  });

  test('a public handler has no authority to carry on, and no deadline', async () => {
    const { ask } = await connect();
    expect(await ask('relays')).toMatchObject({ data: expect.stringContaining('There is no caller') });
    expect(await ask('left')).toMatchObject({ data: 'undefined' });
  });

  test('a refusal by a handler tells its kind at most', async () => {
    const { ask } = await connect();
    const message = name.endsWith('without it') ? 'Internal server error' : 'The access token lacks a scope';
    expect(await ask('refuses')).toEqual({ error: { status: 'error', message } });
  });
});

test('a handler of both HTTP and messages is guarded over HTTP', async () => {
  const { app, url } = await startGuarded('Fastify', options(), [MessagesController]);
  closings.push(() => app.close());
  const token = issuer.token({ audience: 'order.service', scopes: ['order.read'] });
  expect((await exchange(`${url}/scoped`)).status).toBe(401);
  expect((await exchange(`${url}/scoped`, ['authorization', `Bearer ${token}`])).status).toBe(200);
});

const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } satisfies TcpOptions;

async function startMicroservice(): Promise<INestMicroservice> {
  @Module({ imports: [ServiceAuthModule.forRoot(options())], controllers: [MessagesController] })
  class MessagesModule {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(MessagesModule, { ...tcp, logger: false });
  await app.listen();
  closings.push(() => app.close());
  return app;
}

async function startHybrid(hybrid: { inheritAppConfig?: boolean }): Promise<INestMicroservice> {
  let microservice: INestMicroservice | undefined;
  const { app } = await startGuarded('Fastify', options(), [MessagesController], {
    prepare: (app) => {
      microservice = app.connectMicroservice<MicroserviceOptions>(tcp, hybrid);
      return app.startAllMicroservices();
    },
  });
  closings.push(() => app.close());
  if (!microservice) throw new Error('no microservice');
  return microservice;
}
