import { RevocationFeeds } from '@waybill/auth';
import { DatabaseHealth } from '@waybill/database';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningSample, runSample } from '../sample/running-sample.js';

let sample: RunningSample;
beforeAll(async () => {
  sample = await runSample();
});
afterAll(() => sample.close());

const ready = () => fetch(`${sample.url}/health/ready`);

test('is ready once its database answers and its keys are there', async () => {
  await vi.waitFor(async () => expect((await ready()).status).toBe(200));
  expect(await (await ready()).json()).toMatchObject({
    status: 'ok',
    details: { database: { status: 'up' }, verificationKeys: { status: 'up' }, revocations: { status: 'up' } },
  });
});

test('is not ready, and lives, while its database does not answer', async () => {
  const ping = vi.spyOn(sample.application.get(DatabaseHealth), 'ping').mockRejectedValue(new Error('hidden'));
  const answer = await ready();
  expect(answer.status).toBe(503);
  expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  const body = await answer.text();
  expect(JSON.parse(body)).toMatchObject({ code: 'not_ready', details: { database: { status: 'down' } } });
  expect(body).not.toContain('hidden');
  expect((await fetch(`${sample.url}/health/live`)).status).toBe(200);
  expect(sample.lines().find(({ status }) => status === 503)).not.toHaveProperty('err');
  ping.mockRestore();
  expect((await ready()).status).toBe(200);
});

test('is not ready before the first snapshot of the revocations', async () => {
  const obtained = vi.spyOn(sample.application.get(RevocationFeeds), 'obtained').mockReturnValue(false);
  const answer = await ready();
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ detail: 'Not there yet: revocations.' });
  obtained.mockRestore();
  expect((await ready()).status).toBe(200);
});
