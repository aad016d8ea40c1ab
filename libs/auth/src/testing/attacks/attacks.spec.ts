import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adapters, startGuarded } from '../../guard/guarded-service.fixture.js';
import { memoryReplayStore } from '../../proof/index.js';
import { memoryUsedTokens } from '../../revoke/index.js';
import {
  AttackContext,
  attacks,
  closeBrokenIssuers,
  createAttackIssuer,
  createBrokenIssuers,
  setTrap,
  tryAttack,
} from './index.js';

const audience = 'order.service';
const key = { caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' };

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('a guarded route on %s withstands', (adapter) => {
  let context: AttackContext;
  const closing: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    const [attacker, brokenIssuers, trap] = await Promise.all([createAttackIssuer(), createBrokenIssuers(), setTrap()]);
    const issuers = [attacker.issuer, ...Object.values(brokenIssuers)];
    const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
    const started = await startGuarded(adapter, {
      issuers: issuers.map(({ url }) => ({ issuer: url, audience })),
      signatures: { caller: 'payment', keys: [key], replayStore },
      usedTokens: { ...memoryUsedTokens(), forgetsOnRestart: false },
    });
    const broken = { close: () => closeBrokenIssuers(brokenIssuers) };
    closing.push(started.app, trap, attacker.issuer, broken);
    context = new AttackContext({
      origin: new URL(started.url),
      audience,
      route: { method: 'POST', path: '/orders', scopes: ['order.write', 'payment.create'], body: '{"a":1}' },
      signed: { method: 'POST', path: '/payments', scopes: ['payment.create'], body: '{"a":1}', key },
      once: { method: 'POST', path: '/transfers', scopes: ['order.write'], body: '{"a":1}' },
      attacker,
      brokenIssuers,
      trap,
    });
  });

  afterAll(() => Promise.all(closing.map((each) => each.close())));

  describe.each(attacks)('$name', (family) => {
    test.each(family.attacks)('$expected $name', async (attack) => {
      expect(await tryAttack(attack, context)).toEqual({ result: 'withstood' });
    });
  });
});
