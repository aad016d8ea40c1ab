import { complaints, type Watch } from '../watch/index.js';
import {
  catchUpMs,
  endAll,
  maxStalenessSeconds,
  type Outcome,
  probesOf,
  revoke,
  type Shop,
  signInShopper,
  watchGoodToken,
  watchRevokedToken,
} from './shop.js';
import { interruptions, neverClosed, resurrections, storyOf } from './story.js';

/** A question may be on its way when the bound passes, milliseconds. */
const underwayMs = 250;

/** A fault that keeps the news of revocations from some services. */
export interface Fault {
  /** The services that hear nothing while it lasts. */
  readonly deaf: readonly ('order' | 'payment')[];
  /** Whether it begins only after the token was taken back: then the services may have heard of it, or not. */
  readonly begins: 'before' | 'after';
  /** Begins it. Resolves when it has begun; what it gives resolves when it is over. */
  begin(shop: Shop): { readonly over: Promise<void> };
}

/**
 * Takes a token back around the beginning of a fault, and watches it, one that was refused before, and one that is good. Who is deaf
 * may let the first pass on sensitive routes for as long as news may be old, and on ordinary ones until the fault is over.
 */
export async function loseNews(shop: Shop, fault: Fault): Promise<Outcome> {
  const guards = probesOf('order', 'payment');
  const gone = await watchRevokedToken(shop, guards);
  const [late, good] = [await signInShopper(shop), await signInShopper(shop)];
  const [lateWatches, goodWatches] = [
    await watchGoodToken(shop, late, guards),
    await watchGoodToken(shop, good, guards),
  ];

  const early = fault.begins === 'before' ? fault.begin(shop) : undefined;
  const takenBackAt = await revoke(shop, late);
  const begunAt = performance.now();
  await (early ?? fault.begin(shop)).over;
  const overAt = performance.now();
  await endAll([...gone.watches, ...lateWatches, ...goodWatches], 2 * catchUpMs);

  const goodUntil = (watch: Watch) => {
    const { service, sensitive } = watch.probe;
    if (!fault.deaf.some((deaf) => deaf === service)) return takenBackAt + shop.boundMs;
    return sensitive ? takenBackAt + maxStalenessSeconds * 1000 + underwayMs : overAt + catchUpMs;
  };
  const what = 'a token';
  const deaf = goodWatches.filter(({ probe }) => fault.deaf.some((service) => service === probe.service));
  return {
    lines: lateWatches.map((watch) => storyOf(watch, takenBackAt)),
    violations: [
      ...resurrections(gone.watches, gone.refusedAt),
      ...lateWatches.flatMap((watch) => complaints(watch, { what, takenBackAt, goodUntil: goodUntil(watch) })),
      ...interruptions(goodWatches, begunAt),
      ...neverClosed(deaf, begunAt),
    ],
  };
}
