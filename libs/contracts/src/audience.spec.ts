import { expect, test } from 'vitest';
import { Audience, audiencesOf, Scope } from './index.js';

test('names each service once, in the order of the scopes', () => {
  expect(audiencesOf([Scope.OrderRead, Scope.OrderWrite, Scope.PaymentCreate])).toEqual([
    Audience.Order,
    Audience.Payment,
  ]);
});

test('knows where every scope acts', () => {
  for (const scope of Object.values(Scope)) expect(audiencesOf([scope])).toHaveLength(1);
});
