import { setTimeout as delay } from 'node:timers/promises';
import type { PerService } from '../services.js';
import { ask } from './ask.js';
import { differences } from './judge.js';
import { type Hop, narrate } from './narrate.js';
import type { Asked, Scene } from './scene.js';

/**
 * Plays the scenes of a story and says what happens. `hops` is what the services' logs told so far; it grows meanwhile.
 * Returns how many answers were not the expected ones.
 */
export async function play(
  story: readonly Scene[],
  urls: PerService<string>,
  hops: Hop[],
  say: (text: string) => void,
): Promise<number> {
  let surprises = 0;
  for (const [index, scene] of story.entries()) {
    say(`\n${index + 1}. ${scene.title}`);
    const carried = await scene.carries(urls);
    hops.length = 0;
    const answer = await ask(scene.asks, urls, carried.headers);
    await logged(scene, hops);
    const called = inOrderOfTheCalls(scene, hops);
    say(narrate(carried, called, answer));
    const wrong = differences(answer, called, scene.expects);
    for (const difference of wrong) say(`   UNEXPECTED: ${difference}`);
    surprises += wrong.length > 0 ? 1 : 0;
  }
  return surprises;
}

/** A service logs a request after it has answered; this waits for the lines, two seconds at most. */
async function logged({ expects }: Scene, hops: readonly Hop[]): Promise<void> {
  const missing = () => expects.hops.some((expected) => !hops.some(({ service }) => service === expected));
  for (let tries = 0; tries < 40 && missing(); tries++) await delay(50);
}

/** The service that was asked first, then those that it asked: the logs tell the inner ones first. */
function inOrderOfTheCalls({ asks, expects }: Scene, hops: readonly Hop[]): Hop[] {
  const order = [asks.service, ...expects.hops];
  return hops
    .filter((hop) => belongs(hop, asks))
    .toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service));
}

/** Of auth's log, what the scene asks, or a service for its sake; the sign-ins before it are told late now and then. */
function belongs({ service, request }: Hop, asks: Asked): boolean {
  return service !== 'auth' || request.path === (asks.service === 'auth' ? asks.path : '/token');
}
