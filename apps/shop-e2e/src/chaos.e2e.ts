import { randomInt } from 'node:crypto';
import { missingPostgres, RunFolder, runChaos, summary } from '@waybill/chaos';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const seed = randomInt(1, 1_000_000);
const kinds = (['embedded', 'postgres'] as const).filter((kind) => kind === 'embedded' || !missingPostgres());
/** Each way of carrying authority on is tried, on one of the databases. */
const authorities = { embedded: 'relay', postgres: 'exchange' } as const;
const stopped = new AbortController();
let folder: RunFolder;
let violated = false;

beforeAll(async () => {
  folder = await RunFolder.make();
  console.log(`chaos: seed ${seed}`);
});

afterAll(async () => {
  stopped.abort();
  if (!violated) await folder.remove();
});

test.skipIf(!process.env.CI)('CI leaves no database out', () => {
  expect(missingPostgres()).toBeUndefined();
});

describe.each(kinds)('on the %s database', (kind) => {
  test('a short run of chaos violates nothing that is promised', { timeout: 240_000 }, async () => {
    const say = (line: string) => console.log(`chaos: ${kind} ${line}`);
    const authority = authorities[kind];
    const options = { kind, seed, authority, orders: 150, kills: 15, minutes: 1, folder: folder.of(kind), say };
    const run = await runChaos({ ...options, signal: stopped.signal });
    violated ||= run.violations.length > 0;
    expect(run.violations, `${summary(run).join('\n')}\nseed ${seed}, data and logs in ${folder.path}`).toEqual([]);
    expect(run.killer.deaths.length).toBeGreaterThan(5);
    expect(run.history.orders).toBeGreaterThan(20);
    expect(run.healing.pending).toBeLessThan(run.history.orders);
  });
});
