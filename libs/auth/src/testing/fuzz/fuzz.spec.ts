import { expect, test } from 'vitest';
import { policyRules } from './policy.js';
import { fuzz } from './run.js';

const seed = 2;
const patience = 120_000;

test(
  'the verifier agrees with the oracle on 5,000 tokens, which try every rule',
  async () => {
    const { tally, failure } = await fuzz('tokens', { runs: 5000, seed });
    expect(failure).toBeUndefined();
    expect(policyRules.filter((rule) => tally.of(rule) === 0)).toEqual([]);
    expect(tally.of('accepted')).toBeGreaterThan(500);
  },
  patience,
);

test.each(['Express', 'Fastify'] as const)(
  'a service on %s agrees with the oracle on 500 requests, which try every answer',
  async (adapter) => {
    const { tally, failure } = await fuzz(adapter, { runs: 500, seed });
    expect(failure).toBeUndefined();
    const answers = [
      'credentials_missing',
      'invalid_request',
      'invalid_token',
      'insufficient_scope',
      'route_unannotated',
    ];
    for (const answer of [...answers, 'let through (200)', 'let through (201)'])
      expect([answer, tally.of(answer) > 0]).toEqual([answer, true]);
  },
  patience,
);
