import { exchange, placeOrder, type Session, type Way, ways } from '../act/index.js';
import { complaints, type Watch } from '../watch/index.js';
import { allRefuse, endAll, type Outcome, type Shop, signInShopper, watchGoodToken } from './shop.js';

/** How long a token is still watched after everybody refused it, milliseconds. */
const afterwardsMs = 200;

/** Times to refusal, milliseconds, by way and by guard. */
export type Times = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** What was measured while nothing was wrong. */
export interface Measured extends Outcome {
  readonly times: Times;
  /** How long each answer took, milliseconds: where that is long, it is the machine that is slow. */
  readonly answerTimes: readonly number[];
}

/** Takes tokens back in every way, so many times, and measures how long it is until each guard refuses them. */
export async function measureCalm(shop: Shop, samples: number, say: (line: string) => void): Promise<Measured> {
  const times = new Map<string, Map<string, number[]>>();
  const answerTimes: number[] = [];
  const violations: string[] = [];
  for (const way of ways) {
    const byGuard = new Map<string, number[]>();
    times.set(way.name, byGuard);
    for (let sample = 0; sample < samples; sample++) {
      const { watches, takenBackAt } = await takeBackOnce(shop, way);
      for (const watch of watches) note(byGuard, watch, takenBackAt);
      answerTimes.push(
        ...watches.flatMap(({ sights }) => sights.map(({ askedAt, answeredAt }) => answeredAt - askedAt)),
      );
      const expectation = { what: `a token (${way.name})`, takenBackAt, goodUntil: takenBackAt + shop.boundMs };
      violations.push(...watches.flatMap((watch) => complaints(watch, expectation)));
    }
    say(`${way.name}: ${samples} times`);
  }
  return { times, answerTimes, violations, lines: [] };
}

/** From signing in and ordering to an order that is refused. */
async function takeBackOnce(shop: Shop, way: Way): Promise<{ watches: Watch[]; takenBackAt: number }> {
  const authUrl = shop.stage.urlOf('auth');
  const session = await signInShopper(shop);
  const watches = await watchGoodToken(shop, session);
  await placeOrder(shop.stage.urlOf('order'), session);
  const takeBack = await way.prepare(session, authUrl);
  const takenBackAt = performance.now();
  await takeBack();
  await allRefuse(watches, takenBackAt);
  await refusesToOrder(shop, session);
  await endAll(watches, afterwardsMs);
  await way.restore?.(session, authUrl);
  return { watches, takenBackAt };
}

async function refusesToOrder({ stage }: Shop, { accessToken: token }: Session): Promise<void> {
  const json = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };
  const { status, body } = await exchange({ url: `${stage.urlOf('order')}/place-order`, token, json });
  if (status !== 401) throw new Error(`an order with a token that was taken back was answered ${status} ${body.code}`);
}

function note(byGuard: Map<string, number[]>, watch: Watch, takenBackAt: number): void {
  const refusal = watch.since(takenBackAt).find(({ verdict }) => verdict === 'refused');
  if (!refusal) return; // a complaint says so
  byGuard.set(watch.name, [...(byGuard.get(watch.name) ?? []), refusal.answeredAt - takenBackAt]);
}
