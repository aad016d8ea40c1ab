import { missingPostgres, RunFolder } from '@waybill/chaos';
import { measureRevocation } from '@waybill/measure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A busy machine takes its time: here it is shown that nothing passes in the end, and `npm run measure:revocation` says how soon. */
const boundMs = 10_000;
const kinds = (['embedded', 'postgres'] as const).filter((kind) => kind === 'embedded' || !missingPostgres());
const stopped = new AbortController();
let folder: RunFolder;

beforeAll(async () => {
  folder = await RunFolder.make('revocation');
});

afterAll(async () => {
  stopped.abort();
  await folder.remove();
});

/** Most of it is waiting, so that both databases may as well have their turn at the same time. */
describe.concurrent.each(kinds)('on the %s database', (kind) => {
  test('what was taken back is refused everywhere, also while something fails', { timeout: 240_000 }, async () => {
    const lines: string[] = [];
    const options = { kind, folder: folder.of(kind), samples: 1, boundMs, signal: stopped.signal };
    const { violations } = await measureRevocation({ ...options, say: (line) => lines.push(line) });
    expect(violations, lines.join('\n')).toEqual([]);
  });
});
