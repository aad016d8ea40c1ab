import { answerLine, timesTable } from './report/index.js';
import { type Measured, measureCalm, type Outcome, scenes } from './scenes/index.js';
import { type DatabaseKind, Stage } from './stage/index.js';

/** How to measure on one kind of database. */
export interface MeasureOptions {
  readonly kind: DatabaseKind;
  /** Where its data and logs go. */
  readonly folder: string;
  /** How often each way of taking back is measured. */
  readonly samples: number;
  /** How soon a token has to be refused everywhere while nothing is wrong, milliseconds. */
  readonly boundMs: number;
  say(line: string): void;
  /** Ends it early: then it rejects. */
  readonly signal: AbortSignal;
}

/** What was measured. */
export interface Measurement extends Measured {
  /** What must not have been: what was taken back passed, or a secret stood in a log. */
  readonly violations: readonly string[];
}

/** Runs the shop, takes back what it gave, and measures how soon it is refused. Rejects with a `ServiceFailure` where the shop does not run. */
export async function measureRevocation(options: MeasureOptions): Promise<Measurement> {
  const { kind, folder, samples, boundMs, say, signal } = options;
  const stage = await Stage.set(kind, folder);
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  aborted.catch(() => {}); // heard below, as long as it matters
  const shop = { stage, boundMs };
  const violations: string[] = [];
  const take = ({ lines, violations: found }: Outcome) => {
    for (const line of lines) say(`  ${line}`);
    violations.push(...found);
  };
  try {
    const measured = await Promise.race([measureCalm(shop, samples, say), aborted]);
    take({ lines: [...timesTable(measured.times), answerLine(measured.answerTimes)], violations: measured.violations });
    for (const scene of scenes) {
      const missing = scene.missing?.(shop);
      say(missing === undefined ? scene.name : `${scene.name}: left out, for ${missing}`);
      if (missing === undefined) take(await Promise.race([scene.play(shop), aborted]));
    }
    violations.push(...stage.logs.leaks.map((place) => `a secret stands in ${place}`));
    return { ...measured, violations };
  } finally {
    await stage.strike();
  }
}
