import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.js';
import { type Hop, placeAnOrder, play, type Scene, stolenToken } from './demo/index.js';
import { isHealthCheck, prefixed, requestOf } from './log/index.js';
import { serviceNames } from './services.js';
import { freePorts, SettingsError } from './setting/index.js';
import { startShop } from './shop.js';

const help = `Starts the shop on free ports with a data folder of its own, plays a story, tells what each service answers and
why, and removes everything again. Exits with 1 if an answer is not the expected one.

  npm run demo                   orders of several people, some of whom may not
  npm run demo -- stolen-token   a thief has a token that is bound to something, and tries each door`;

/** The stories, by what they are asked for with. */
const stories: Readonly<Record<string, () => readonly Scene[]>> = {
  'place-an-order': () => placeAnOrder,
  'stolen-token': stolenToken,
};

await command(
  help,
  async (signal, [name = 'place-an-order']) => {
    const story = Object.hasOwn(stories, name) ? stories[name] : undefined;
    if (!story)
      throw new SettingsError(`There is no story "${name}". There are ${Object.keys(stories).join(' and ')}.`);
    const dataDir = await mkdtemp(join(tmpdir(), 'waybill-demo-'));
    try {
      process.exitCode = await tell(story(), dataDir, signal);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  1,
);

async function tell(story: readonly Scene[], dataDir: string, signal: AbortSignal): Promise<number> {
  const hops: Hop[] = [];
  const observer = {
    line: (name: string, line: string) => {
      const request = requestOf(line);
      const service = serviceNames.find((each) => each === name);
      if (service && request && !isHealthCheck(request)) hops.push({ service, request });
    },
    news: (service: string, line: string) => console.log(prefixed(service, line)),
  };
  const shop = await startShop({ env: surroundings(), ports: await freePorts(), dataDir, observer }, signal);
  const surprises = await Promise.race([play(story, shop.urls, hops, console.log), shop.ended]);
  if (surprises === undefined) return 1;
  await shop.stop();
  console.log(surprises === 0 ? '\nEvery answer was the expected one.' : `\n${surprises} answers were not expected.`);
  return surprises === 0 ? 0 : 1;
}

/**
 * Nothing that configures the services: the demo must not find its way to anybody's real database. It stands for the proxy in
 * front of them, which tells where clients are.
 */
function surroundings(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot } = process.env;
  return { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot, TRUSTED_PROXIES: '127.0.0.1' };
}
