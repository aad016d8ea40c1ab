import { setTimeout as delay } from 'node:timers/promises';
import { insist, type Session, signIn } from '../act/index.js';
import { awaySeconds, type Stage } from '../stage/index.js';
import { type Probe, probes, type Watch, watchToken } from '../watch/index.js';

/** Who shops in every scene. */
export const shopper = 'alice';

/** How old news may be on sensitive routes, seconds: the default of `REVOCATION_MAX_STALENESS_SECONDS`. */
export const maxStalenessSeconds = 5;

/** How soon after a fault is over everybody must have caught up, milliseconds: the longest pause of a follower, and a second. */
export const catchUpMs = 3_000;

/** What a scene works with. */
export interface Shop {
  readonly stage: Stage;
  /** How soon a token must be refused everywhere while nothing is wrong, milliseconds. */
  readonly boundMs: number;
}

/** What came of a scene. */
export interface Outcome {
  /** What was seen, for people. */
  readonly lines: readonly string[];
  /** What must not have been. */
  readonly violations: readonly string[];
}

export function signInShopper({ stage }: Shop): Promise<Session> {
  return signIn(stage.urlOf('auth'), shopper);
}

/** Takes a session's access token back (RFC 7009), and gives the moment at which that was asked for. */
export async function revoke({ stage }: Shop, { accessToken: token }: Session): Promise<number> {
  const askedAt = performance.now();
  await insist(200, { url: `${stage.urlOf('auth')}/revoke`, form: { token, client_id: 'shop' } });
  return askedAt;
}

/** Watches the guards, of some services or of all, and resolves when each has let the token pass. */
export async function watchGoodToken(shop: Shop, { accessToken }: Session, at = probes): Promise<Watch[]> {
  const watches = watchSession(shop, accessToken, at);
  const seen = await Promise.all(watches.map((watch) => watch.see('passed', 0)));
  const blind = watches.filter((_, index) => !seen[index]).map(({ name }) => name);
  if (blind.length > 0)
    throw new Error(`a good token is not let pass by ${blind.join(' and ')}: nothing can be measured`);
  return watches;
}

/** Signs somebody in whose token everybody refuses, and goes on watching it. */
export async function watchRevokedToken(shop: Shop, at = probes): Promise<{ watches: Watch[]; refusedAt: number }> {
  const session = await signInShopper(shop);
  const watches = await watchGoodToken(shop, session, at);
  const revokedAt = await revoke(shop, session);
  await allRefuse(watches, revokedAt);
  return { watches, refusedAt: performance.now() };
}

/** Waits until every guard has refused, as long as there is hope; that one never did is for `complaints` to say. */
export async function allRefuse(watches: readonly Watch[], from: number): Promise<void> {
  await Promise.all(watches.map((watch) => watch.see('refused', from)));
}

/** Goes on watching for so long, then ends all watches. */
export async function endAll(watches: readonly Watch[], afterMs: number): Promise<void> {
  await delay(afterMs);
  await Promise.all(watches.map((watch) => watch.end()));
}

/** The probes of these services. */
export function probesOf(...services: readonly Probe['service'][]): readonly Probe[] {
  return probes.filter(({ service }) => services.includes(service));
}

/** How long a fault lasts, milliseconds: longer than news may be old. */
export const faultMs = awaySeconds.auth * 1000;

function watchSession({ stage }: Shop, token: string, at: readonly Probe[]): Watch[] {
  return watchToken(at, ({ service }) => stage.urlOf(service), token);
}
