import type { Random } from '../seed/random.js';

/** How often each fault befalls a request, in a thousand. The rest passes unharmed. */
const perThousand = {
  'request dropped': 15,
  'request slow': 20,
  'request late': 20,
  'request twice': 20,
  'request again later': 20,
  'answer dropped': 25,
  'answer slow': 20,
  'answer late': 20,
  'answer cut': 20,
  'reset before payment': 10,
  'reset after payment': 20,
  'bad gateway': 10,
  'garbage instead of the answer': 15,
  redirect: 10,
} as const;

/** What can happen to a request. */
export type FaultKind = keyof typeof perThousand;

/** Every kind, in the order in which they are reported. */
export const faultKinds = Object.keys(perThousand) as FaultKind[];

/** What the caller gets to see. `cut` begins the answer and ends in the middle; `never` keeps the connection open. */
export type Ending = 'answer' | 'never' | 'cut' | 'reset' | 'bad gateway' | 'garbage' | 'redirect';

/** What becomes of one request: when it is delivered to payment, how often, and what the caller gets to see. */
export interface Fate {
  readonly kind: FaultKind | 'none';
  /** When it is delivered, each in milliseconds after it came in; empty: never. */
  readonly deliveries: readonly number[];
  readonly ending: Ending;
  /** How long the ending is held back after the first delivery was answered, milliseconds. */
  readonly heldMs: number;
}

const unharmed: Fate = { kind: 'none', deliveries: [0], ending: 'answer', heldMs: 0 };

/** What becomes of the next request. `timeoutMs` is how long its caller waits. */
export function nextFate(random: Random, timeoutMs: number): Fate {
  const spared = 1000 - faultKinds.reduce((sum, kind) => sum + perThousand[kind], 0);
  const kind = random.weighted({ ...perThousand, none: spared });
  const [inTime, tooLate] = [random.int(20, timeoutMs / 2), random.int(timeoutMs + 50, timeoutMs * 2)];
  // Long after its caller gave up: by then somebody may have decided that nothing was charged.
  const longAfter = random.int(timeoutMs + 1_000, 15_000);
  return { ...unharmed, kind, ...fates(inTime, tooLate, longAfter)[kind] };
}

function fates(inTime: number, tooLate: number, longAfter: number): Record<FaultKind | 'none', Partial<Fate>> {
  return {
    none: {},
    'request dropped': { deliveries: [], ending: 'never' },
    'request slow': { deliveries: [inTime] },
    'request late': { deliveries: [longAfter] },
    'request twice': { deliveries: [0, 0] },
    'request again later': { deliveries: [0, longAfter] },
    'answer dropped': { ending: 'never' },
    'answer slow': { heldMs: inTime },
    'answer late': { heldMs: tooLate },
    'answer cut': { ending: 'cut' },
    'reset before payment': { deliveries: [], ending: 'reset' },
    'reset after payment': { ending: 'reset' },
    'bad gateway': { deliveries: [], ending: 'bad gateway' },
    'garbage instead of the answer': { ending: 'garbage' },
    redirect: { deliveries: [], ending: 'redirect' },
  };
}
