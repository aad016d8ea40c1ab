import type { Answer } from './ask.js';
import type { Hop } from './narrate.js';
import type { Expectation } from './scene.js';

/** In what an answer, and the hops that led to it, differ from what is expected; empty when in nothing. */
export function differences(
  { status, challenge, body }: Answer,
  hops: readonly Hop[],
  expected: Expectation,
): string[] {
  const asked = hops.map(({ service }) => service).join(', ');
  const reason = hops[0]?.request.decision?.reason;
  const members = Object.entries(expected.body).filter(([name, value]) => body[name] !== value);
  return [
    ...(asked === expected.hops.join(', ') ? [] : [`asked were ${asked}, expected ${expected.hops.join(', ')}`]),
    ...(status === expected.status ? [] : [`status is ${status}, expected ${expected.status}`]),
    ...members.map(([name, value]) => `${name} is ${JSON.stringify(body[name])}, expected ${JSON.stringify(value)}`),
    ...(withoutRealm(challenge) === expected.challenge
      ? []
      : [`challenge is ${challenge ?? 'absent'}, expected ${expected.challenge ?? 'none'}`]),
    ...(expected.reason === undefined || expected.reason === reason
      ? []
      : [`the reason is ${reason ?? 'not told'}, expected ${expected.reason}`]),
  ];
}

function withoutRealm(challenge: string | null): string | undefined {
  return challenge?.replace(/ realm="[^"]*"(,(?= \w+="))?/, '');
}
