import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { adapters, startGuarded } from '../../guard/guarded-service.fixture.js';
import { memoryReplayStore } from '../../proof/index.js';
import { memoryUsedTokens } from '../../revoke/index.js';
import { createTestFeedServer } from '../test-feed-server.js';
import {
  AttackContext,
  attacks,
  closeBrokenFeeds,
  closeBrokenIssuers,
  createAttackIssuer,
  createBrokenFeeds,
  createBrokenIssuers,
  setTrap,
  tryAttack,
} from './index.js';

const audience = 'order.service';
const reader = { id: 'order', secret: 'the secret of a client', audience: 'auth.service' };
const publicUrl = 'https://orders.example/shop';
const keys = [
  { caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' },
  { caller: 'order', id: 'k2', algorithm: 'ed25519', ...generateKeyPairSync('ed25519') },
  {
    caller: 'order',
    id: 'k3',
    algorithm: 'ecdsa-p256-sha256',
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  },
] as const;
const foreignKey = { caller: 'audit', id: 'k1', secret: 'another secret of enough bytes, too' };

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('a guarded route on %s withstands', (adapter) => {
  let context: AttackContext;
  const closing: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    const server = await createTestFeedServer();
    const [attacker, brokenIssuers, brokenFeeds, trap] = await Promise.all([
      createAttackIssuer({ clients: [reader] }),
      createBrokenIssuers(),
      createBrokenFeeds(server),
      setTrap(),
    ]);
    const feed = server.feedOf(attacker.issuer.url);
    const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
    const started = await startGuarded(adapter, {
      issuers: [
        { issuer: attacker.issuer.url, audience, eventsUrl: feed.url },
        ...Object.values(brokenIssuers).map(({ url }) => ({ issuer: url, audience })),
        ...Object.values(brokenFeeds).map(({ url, eventsUrl }) => ({ issuer: url, audience, eventsUrl })),
      ],
      clientCredentials: { tokenUrl: attacker.issuer.tokenUrl, clientId: reader.id, clientSecret: reader.secret },
      maxRevocationStalenessSeconds: 2,
      dpop: { publicUrls: ['https://other.example', publicUrl], replayStore },
      signatures: { caller: 'payment', keys: [...keys, foreignKey], replayStore, addressVouchers: ['order'] },
      usedTokens: { ...memoryUsedTokens(), forgetsOnRestart: false },
    });
    const broken = { close: () => Promise.all([closeBrokenIssuers(brokenIssuers), closeBrokenFeeds(brokenFeeds)]) };
    closing.push(started.app, trap, attacker.issuer, server, broken);
    context = new AttackContext({
      origin: new URL(started.url),
      audience,
      route: { method: 'POST', path: '/orders', scopes: ['order.write', 'payment.create'], body: '{"a":1}' },
      dpop: { method: 'POST', path: '/vault', scopes: ['order.write'], body: '{"a":1}', publicUrl },
      signed: { method: 'POST', path: '/payments', scopes: ['payment.create'], body: '{"a":1}', keys, foreignKey },
      once: { method: 'POST', path: '/transfers', scopes: ['order.write'], body: '{"a":1}' },
      secondKeyed: { method: 'POST', path: '/withdrawals', scopes: ['order.write'], body: '{"a":1}' },
      addressed: { method: 'POST', path: '/limits', scopes: ['order.write'], body: '{"a":1}' },
      clientAddress: '127.0.0.1',
      sensitive: {
        method: 'POST',
        path: '/orders/refunds',
        scopes: ['order.write', 'payment.create'],
        body: '{"a":1}',
      },
      attacker,
      brokenIssuers,
      feed,
      brokenFeeds,
      trap,
    });
    await newsHasCome(context);
  });

  afterAll(() => Promise.all(closing.map((each) => each.close())));

  describe.each(attacks)('$name', (family) => {
    test.each(family.attacks)('$expected $name', async (attack) => {
      expect(await tryAttack(attack, context)).toEqual({ result: 'withstood' });
    });
  });
});

/** Until then sensitive routes cannot judge. */
async function newsHasCome(context: AttackContext): Promise<void> {
  await vi.waitFor(async () => {
    const headers = [['authorization', `Bearer ${context.mint()}`]] as const;
    expect((await context.send({ route: context.sensitive, headers })).status).toBe(201);
  }, 5000);
}
