import { setTimeout as delay } from 'node:timers/promises';
import type { PerService } from '../services.js';
import { ask, tokenFor } from './ask.js';
import { differences } from './judge.js';
import { type Hop, narrate } from './narrate.js';
import { type Scene, story } from './story.js';

/**
 * Plays all scenes and says what happens. `hops` is what the services' logs told so far; it grows meanwhile. Returns how
 * many answers were not the expected ones.
 */
export async function play(urls: PerService<string>, hops: Hop[], say: (text: string) => void): Promise<number> {
  let surprises = 0;
  for (const [index, scene] of story.entries()) {
    say(`\n${index + 1}. ${scene.title}`);
    const token = await tokenFor(scene, urls.auth);
    hops.length = 0;
    const answer = await ask(scene, urls, token);
    await logged(scene, hops);
    const called = inOrderOfTheCalls(scene, hops);
    say(narrate(scene, token, called, answer));
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
function inOrderOfTheCalls({ asks }: Scene, hops: readonly Hop[]): Hop[] {
  return hops.toSorted((a, b) => Number(b.service === asks.service) - Number(a.service === asks.service));
}
