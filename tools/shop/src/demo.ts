import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.js';
import { type Hop, play } from './demo/index.js';
import { isHealthCheck, prefixed, requestOf } from './log/index.js';
import { serviceNames } from './services.js';
import { freePorts } from './setting/index.js';
import { startShop } from './shop.js';

const help = `Starts the shop on free ports with a data folder of its own, places orders as several people, tells what each
service answers and why, and removes everything again. Exits with 1 if an answer is not the expected one.

  npm run demo`;

await command(help, async (signal) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'waybill-demo-'));
  try {
    process.exitCode = await tell(dataDir, signal);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

async function tell(dataDir: string, signal: AbortSignal): Promise<number> {
  const hops: Hop[] = [];
  const observer = {
    line: (name: string, line: string) => {
      const request = requestOf(line);
      const service = serviceNames.find((each) => each === name && each !== 'auth');
      if (service && request && !isHealthCheck(request)) hops.push({ service, request });
    },
    news: (service: string, line: string) => console.log(prefixed(service, line)),
  };
  const shop = await startShop({ env: surroundings(), ports: await freePorts(), dataDir, observer }, signal);
  const surprises = await Promise.race([play(shop.urls, hops, console.log), shop.ended]);
  if (surprises === undefined) return 1;
  await shop.stop();
  console.log(surprises === 0 ? '\nEvery answer was the expected one.' : `\n${surprises} answers were not expected.`);
  return surprises === 0 ? 0 : 1;
}

/** Nothing that configures the services: the demo must not find its way to anybody's real database. */
function surroundings(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot } = process.env;
  return { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot };
}
