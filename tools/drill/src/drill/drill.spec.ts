import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { memoryUsedTokens, Scopes, Sensitive, ServiceAuthModule } from '@waybill/auth';
import { createTestIssuer } from '@waybill/auth/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { drill } from './drill.js';
import { DrillError } from './drill-error.js';

const audience = 'order.service';
const route = { method: 'GET', path: '/orders', scopes: ['order.read'] };
const running: (Server | INestApplication)[] = [];

afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

async function guardedBy(issuer: string): Promise<URL> {
  @Controller('orders')
  class Orders {
    @Get()
    @Scopes('order.read')
    list() {
      return { orders: [] };
    }

    @Post()
    @Scopes('order.read')
    @Sensitive({ once: true })
    order() {
      return {};
    }
  }
  const usedTokens = { ...memoryUsedTokens(), forgetsOnRestart: false }; // tokens are fresher here than this process
  const guard = ServiceAuthModule.forRoot({ issuers: [{ issuer, audience }], usedTokens });
  @Module({ imports: [guard], controllers: [Orders] })
  class Guarded {}
  const app = await NestFactory.create(Guarded, new ExpressAdapter(), { logger: false, rawBody: true });
  running.push(app);
  await app.listen(0, '127.0.0.1');
  return new URL(await app.getUrl());
}

async function answering(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function freePort(): Promise<number> {
  const { port } = await answering(() => undefined);
  await new Promise((resolve) => running.pop()?.close(resolve as () => void));
  return Number(port);
}

describe('the drill', () => {
  test('finds that a guarded service withstands everything, where the issuer is in its hands', async () => {
    const port = await freePort();
    const lines: string[] = [];
    const origin = await guardedBy(`http://127.0.0.1:${port}`);
    const once = { ...route, method: 'POST', body: '{}' };
    const hands = { waitSeconds: 60, listen: { host: '127.0.0.1', port }, clientAddress: '127.0.0.1' };
    const options = { origin, route, once, ...hands };
    expect(await drill(options, (line) => lines.push(line))).toBe(true);
    expect(lines).toContain('  ok     T  a life of a year');
    expect(lines).toContain('  ok     T  used 64 times at once: one passes');
    expect(lines).toContain('  ok     K  the token with no key');
    expect(lines).toContain('  ok     T  a token that is bound to the address next to it');
    expect(lines).toContain('  -      X  the same signature a second time — it needs a signed route and its keys');
    expect(lines.at(-1)).toMatch(/^\n\d{3} withstood, 0 failed, \d+ skipped$/);
  });

  test('tries what can be made of one token, and says what it leaves out', async () => {
    const issuer = await createTestIssuer();
    const lines: string[] = [];
    const origin = await guardedBy(issuer.url);
    const token = issuer.token({ audience, scopes: ['order.read'] });
    expect(await drill({ origin, route, waitSeconds: 60, token }, (line) => lines.push(line))).toBe(true);
    await issuer.close();
    expect(lines).toContain('  ok     T  spare bits in the signature');
    expect(lines).toContain("  -      T  exp absent — it needs the issuer's keys");
    expect(lines.join('\n')).not.toContain(token);
  });

  test('fails a service that takes whatever looks like a token', async () => {
    const lines: string[] = [];
    const origin = await answering(({ headers }, response) => {
      if (headers.authorization) response.end('{}');
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${audience}"` }).end();
    });
    expect(await drill({ origin, route, waitSeconds: 0, token: 'a.b.c' }, (line) => lines.push(line))).toBe(false);
    expect(lines).toContain('  FAILED T  two segments — status 200 instead of 401');
  });

  test('cannot be held at a route that is not guarded, nor at one that refuses a genuine token', async () => {
    const open = await answering((_, response) => response.end('{}'));
    const shut = await answering((_, response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${audience}"` }).end(),
    );
    for (const origin of [open, shut])
      await expect(drill({ origin, route, waitSeconds: 0, token: 'a.b.c' }, () => {})).rejects.toBeInstanceOf(
        DrillError,
      );
  });
});
