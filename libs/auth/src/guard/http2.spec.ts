import { once } from 'node:events';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryReplayStore, SignatureKeyRing, type SignedMessage, signRequest } from '../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../testing/index.js';
import { EveryKindOfRoute, signatures } from './guarded-service.fixture.js';
import { ServiceAuthModule } from './service-auth.module.js';

const audience = 'payment.service';
const key = new SignatureKeyRing(signatures.keys).signingKeyOf('order');

describe('a request signature over HTTP/2', () => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: URL;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const options = {
      issuers: [{ issuer: issuer.url, audience }],
      signatures: { ...signatures, replayStore: { ...memoryReplayStore(), forgetsOnRestart: false } },
      dpop: { publicUrls: ['https://orders.example'] },
    };
    @Module({ imports: [ServiceAuthModule.forRoot(options)], controllers: [EveryKindOfRoute] })
    class Guarded {}
    const adapter = new FastifyAdapter({ http2: true } as object);
    app = await NestFactory.create(Guarded, adapter, { rawBody: true, logger: false });
    await app.listen(0, '127.0.0.1');
    url = new URL(await app.getUrl());
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  /** Sends a signed payment over a connection of its own; `signed` says what is signed instead of what is sent. */
  async function pay(
    { body, fields = {} }: { body?: string; fields?: Record<string, string> },
    signed: { body?: string } & Partial<Pick<SignedMessage, 'authority'>> = {},
  ): Promise<unknown> {
    const token = issuer.token({ audience, scopes: ['payment.create'] });
    const sent = { authorization: `Bearer ${token}`, ...fields };
    const { 'content-length': _, ...covered } = sent as Record<string, string>;
    const message = { method: 'POST', target: '/payments', authority: url.host, fields: covered, ...signed };
    const added = signRequest(message, Buffer.from(signed.body ?? body ?? ''), key);
    const session = connect(url);
    const headers = { ':method': 'POST', ':path': '/payments', ...sent, ...added };
    const stream = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    const [{ ':status': status }] = await once(stream, 'response');
    const answer = JSON.parse(await text(stream));
    session.close();
    return status === 201 ? status : answer.code;
  }

  const json = { 'content-type': 'application/json' };

  test('covers the authority, which no Host field tells', async () => {
    expect(await pay({ body: '{"a":1}', fields: json })).toBe(201);
    expect(await pay({ body: '{"a":1}', fields: json }, { authority: 'elsewhere.example' })).toBe('signature_invalid');
    expect(await pay({ body: '{"a":1}', fields: json }, { authority: '' })).toBe('signature_invalid');
  });

  test('covers the body, with a length or without one', async () => {
    for (const fields of [json, { ...json, 'content-length': '7' }]) {
      expect(await pay({ body: '{"a":1}', fields })).toBe(201);
      expect(await pay({ body: '{"a":1}', fields }, { body: '{"a":2}' })).toBe('signature_invalid');
    }
  });

  test('may be over no body', async () => {
    expect(await pay({})).toBe(201);
    expect(await pay({}, { body: '{"a":1}' })).toBe('signature_invalid');
  });

  test('says nothing of a body that was not kept, although no length tells of it', async () => {
    expect(await pay({ body: '{"a":1}' }, { body: '' })).toBe('signature_invalid');
  });
});
