import type { ServiceName } from '@waybill/shop';
import type { Random } from '../seed/random.js';
import { crashPoints } from './crash-points.js';

/** How long processes are let live, milliseconds: from the least to the most, after they were ready. */
export interface Pace {
  readonly uptimeMs: readonly [least: number, most: number];
  /** Auth is asked less often, and everybody waits for it: it lives so many times as long. */
  readonly authLivesLonger: number;
}

/** How one life of a process ends. */
export interface LifePlan {
  /** The crash point that is armed, and how probable death is at each passage. */
  readonly armed?: { readonly point: string; readonly probability: number };
  /** When SIGKILL comes: so long after the process was started, or was ready. */
  readonly end: { readonly since: 'start' | 'ready'; readonly afterMs: number };
  /** Whether all the others are killed in the same moment, as when the power fails. */
  readonly everybody: boolean;
}

const lives = { 'at random': 55, booting: 15, 'at a crash point': 30 } as const;
const everybodyDies = 0.03;
/** A boot takes one to two seconds. */
const bootMs = 1_500;

/** Plans a life. One that is to end at a crash point is killed all the same if it does not come past it. */
export function lifePlan(random: Random, service: ServiceName, pace: Pace): LifePlan {
  const kind = random.weighted(lives);
  const [least, most] = pace.uptimeMs;
  const uptime = random.int(least, most) * (service === 'auth' ? pace.authLivesLonger : 1);
  const everybody = random.chance(everybodyDies);
  if (kind === 'booting') return { end: { since: 'start', afterMs: random.int(0, bootMs) }, everybody };
  const end = { since: 'ready', afterMs: uptime } as const;
  if (kind === 'at random' || crashPoints[service].length === 0) return { end, everybody };
  const armed = { point: random.pick(crashPoints[service]), probability: random.pick([0.05, 0.2, 1]) };
  return { armed, end: { since: 'ready', afterMs: most + uptime }, everybody: false };
}
