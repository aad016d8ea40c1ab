import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Check } from './check.js';
import { findOrder, type PlacedOrder, placeOrder, signIn } from './customer.js';
import type { Stack } from './stack.js';

const secondsToStop = 10;

/** What was acknowledged survives crashes and restarts, and the shop goes on. */
export const restartChecks: readonly Check[] = [
  {
    rule: 'order dies and comes back; the order from before is there, and a new one works',
    holds: (stack) =>
      survives(stack, async () => {
        await die(stack, 'order', 'kill -KILL $(cat /proc/1/task/1/children)');
        await stack.recovered('order');
      }),
  },
  {
    rule: 'postgres dies and comes back; the services reconnect, and nothing is lost',
    holds: (stack) =>
      survives(stack, async () => {
        await die(stack, 'postgres', 'kill -QUIT 1');
        await stack.recovered('postgres');
      }),
  },
  {
    rule: 'compose stop is graceful, and compose up goes on with the same data and secrets',
    holds: (stack) =>
      survives(stack, async () => {
        await stopGracefully(stack);
        await stack.up();
      }),
  },
];

/** Orders, lets something happen, finds that order again and places another, with the token from before. */
async function survives(stack: Stack, happening: () => Promise<void>): Promise<string> {
  const token = await signIn(stack, 'alice');
  const before: PlacedOrder = await placeOrder(stack, token);
  const start = Date.now();
  await happening();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  await findOrder(stack, token, before);
  await placeOrder(stack, token);
  return `${seconds} s`;
}

/**
 * Has the main process of a container killed from inside: Docker takes `docker kill` for a wish of the operator, and
 * would not restart the container. The command waits until nobody waits for it, since it dies with the container.
 */
async function die(stack: Stack, container: string, command: string): Promise<void> {
  await stack.exec(container, 'sh', '-c', `(sleep 0.2; ${command}) > /dev/null 2>&1 &`);
}

async function stopGracefully(stack: Stack): Promise<void> {
  const start = Date.now();
  await stack.stop();
  const seconds = (Date.now() - start) / 1000;
  ok(seconds < secondsToStop, `It took ${seconds} s.`);
  const containers = Object.entries(await stack.containers());
  const failed = containers.filter(([, { State }]) => State.ExitCode !== 0);
  deepStrictEqual(Object.fromEntries(failed.map(([name, { State }]) => [name, State.ExitCode])), {});
}
