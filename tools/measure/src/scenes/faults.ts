import { setTimeout as delay } from 'node:timers/promises';
import { complaints } from '../watch/index.js';
import { loseNews } from './news-missing.js';
import {
  allRefuse,
  catchUpMs,
  endAll,
  faultMs,
  type Outcome,
  probesOf,
  revoke,
  type Shop,
  signInShopper,
  watchGoodToken,
  watchRevokedToken,
} from './shop.js';
import { resurrections, storyOf } from './story.js';

/** A fault, and what must hold while it lasts and after it. */
export interface Scene {
  readonly name: string;
  /** Why it cannot be played on this stage; undefined where it can. */
  missing?(shop: Shop): string | undefined;
  play(shop: Shop): Promise<Outcome>;
}

/** Every scene, in the order in which they are played. */
export const scenes: readonly Scene[] = [
  {
    name: `auth is killed as soon as it has answered, and is away for ${faultMs / 1000} s`,
    play: (shop) =>
      loseNews(shop, {
        deaf: ['order', 'payment'],
        begins: 'after',
        begin: ({ stage }) => ({ over: stage.killAuth() }),
      }),
  },
  {
    name: `order is cut off from the news for ${faultMs / 1000} s`,
    play: (shop) => loseNews(shop, { deaf: ['order'], begins: 'before', begin: cutOff }),
  },
  { name: 'order is killed, and a token is taken back while it is away', play: killOrder },
  {
    name: 'Redis is flushed',
    missing: ({ stage }) => (stage.redis ? undefined : 'redis-server is not installed'),
    play: flushRedis,
  },
];

function cutOff({ stage: { wire } }: Shop): { over: Promise<void> } {
  wire.cut();
  return { over: delay(faultMs).then(() => wire.mend()) };
}

/** What is in memory only is gone: until the snapshot is there order is not ready, and its sensitive routes are closed. */
async function killOrder(shop: Shop): Promise<Outcome> {
  const guards = probesOf('order');
  const gone = await watchRevokedToken(shop, guards);
  const late = await signInShopper(shop);
  const watches = await watchGoodToken(shop, late, guards);
  const back = shop.stage.kill('order');
  const takenBackAt = await revoke(shop, late);
  await back;
  const readyAt = performance.now();
  await allRefuse(watches, takenBackAt);
  await endAll([...gone.watches, ...watches], catchUpMs);
  const sensitive = gone.watches.filter(({ probe }) => probe.sensitive);
  return {
    lines: watches.map((watch) => storyOf(watch, takenBackAt)),
    violations: [
      ...resurrections(sensitive, gone.refusedAt),
      ...gone.watches.flatMap((watch) =>
        complaints(watch, { what: 'a token that was refused before', takenBackAt: readyAt, goodUntil: readyAt }),
      ),
      ...watches.flatMap((watch) => {
        const goodUntil = watch.probe.sensitive ? takenBackAt : readyAt;
        return complaints(watch, { what: 'a token', takenBackAt, goodUntil });
      }),
    ],
  };
}

/** Nothing that takes authority back may depend on Redis. */
async function flushRedis(shop: Shop): Promise<Outcome> {
  const gone = await watchRevokedToken(shop);
  const late = await signInShopper(shop);
  const watches = await watchGoodToken(shop, late);
  await shop.stage.redis?.flush();
  const takenBackAt = await revoke(shop, late);
  await allRefuse(watches, takenBackAt);
  await endAll([...gone.watches, ...watches], catchUpMs);
  const goodUntil = takenBackAt + shop.boundMs;
  return {
    lines: watches.map((watch) => storyOf(watch, takenBackAt)),
    violations: [
      ...resurrections(gone.watches, gone.refusedAt),
      ...watches.flatMap((watch) => complaints(watch, { what: 'a token', takenBackAt, goodUntil })),
    ],
  };
}
