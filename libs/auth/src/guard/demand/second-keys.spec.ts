import { createHash } from 'node:crypto';
import { Controller, type INestApplication, Logger, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionEvent } from '../../observe/index.js';
import { createSecondKey } from '../../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/index.js';
import { Authenticated } from '../declare/access.decorators.js';
import { Caller } from '../declare/caller.decorator.js';
import { adapters, EveryKindOfRoute, exchange, startGuarded } from '../guarded-service.fixture.js';

const audience = 'order.service';

/** Handlers that change what they are told of their caller, each in its own way; who is told that it failed is told so. */
@Controller('forget')
class Forgetful {
  @Post('member')
  @Authenticated()
  member(@Caller() { confirmation }: Caller) {
    return { changed: Reflect.deleteProperty(confirmation ?? {}, 'secondKeyHash') };
  }

  @Post('hash')
  @Authenticated()
  hash(@Caller() { confirmation }: Caller) {
    return { changed: Reflect.set(confirmation ?? {}, 'secondKeyHash', hashOf('')) };
  }

  @Post('all')
  @Authenticated()
  all(@Caller() caller: Caller) {
    return { changed: Reflect.deleteProperty(caller, 'confirmation') };
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('a token with a second key on %s', (adapter) => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;
  const decisions: DecisionEvent[] = [];
  const { key, hash } = createSecondKey();

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const options = {
      issuers: [{ issuer: issuer.url, audience }],
      onDecision: (event: DecisionEvent) => void decisions.push(event),
    };
    ({ app, url } = await startGuarded(adapter, options, [EveryKindOfRoute, Forgetful]));
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  const bound = { cnf: { 'second_key#S256': hash } };
  const send = (path: string, keys: string[], claims = bound as Record<string, unknown>) => {
    const token = issuer.token({ audience, scopes: ['order.write'], claims });
    const fields = keys.flatMap((value) => ['second-key', value]);
    return exchange(url + path, ['authorization', `Bearer ${token}`, ...fields], { method: 'POST' });
  };

  test('is enforced on every route, and before a scope is looked at', async () => {
    expect((await send('/transfers', [])).status).toBe(401);
    expect((await send('/payments', [])).status).toBe(401);
    expect((await send('/payments', [key])).body).toMatchObject({ code: 'insufficient_scope' });
    expect((await send('/transfers', [key])).status).toBe(201);
  });

  test.each([
    ['member', false],
    ['hash', false],
    ['all', true],
  ])('is enforced though a handler has changed what it was told of the binding: %s', async (what, changed) => {
    const token = issuer.token({ audience, claims: bound });
    const forget = (...more: string[]) =>
      exchange(`${url}/forget/${what}`, ['authorization', `Bearer ${token}`, ...more], { method: 'POST' });
    expect(await forget('second-key', key)).toMatchObject({ status: 201, body: { changed } });
    for (const more of [[], ['second-key', '']]) expect((await forget(...more)).body.code).toBe('second_key_invalid');
    expect((await forget('second-key', key)).status).toBe(201);
  });

  test.each<[string, string[], Record<string, unknown>]>([
    ['second_key.none', [], bound],
    ['second_key.two_fields', [key, key], bound],
    ['second_key.mismatch', [createSecondKey().key], bound],
    ['second_key.token_not_bound', [key], {}],
  ])('is refused alike for every cause, and the log tells %s', async (reason, keys, claims) => {
    const answer = await send('/withdrawals', keys, claims);
    expect(answer).toMatchObject({ status: 401, challenge: `Bearer realm="${audience}"` });
    expect({ ...answer.body, decisionId: '' }).toEqual({
      type: 'urn:waybill:problem:second_key_invalid',
      title: 'The second key is not valid',
      status: 401,
      detail: 'Send the second key that was given out with the access token, in exactly one Second-Key header field.',
      instance: '/withdrawals',
      code: 'second_key_invalid',
      decisionId: '',
    });
    expect(decisions.at(-1)).toMatchObject({ code: 'second_key_invalid', reason, subject: 'alice' });
  });

  test('never stands in a log or an answer', async () => {
    const lines: unknown[] = [];
    const logger = { log() {}, error: (line: unknown) => lines.push(line), warn: (line: unknown) => lines.push(line) };
    Logger.overrideLogger(logger);
    const { key: other } = createSecondKey();
    const answer = await send('/transfers', [other]);
    Logger.overrideLogger(false);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify([lines, answer.body, answer.headers])).not.toMatch(new RegExp(`${other}|${hash}`));
  });
});
