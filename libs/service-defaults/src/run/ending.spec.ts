import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ask, askUntilRefused } from '../sample/clients.js';
import { type SampleProcess, startSample } from '../sample/sample-process.js';

let issuer: TestIssuer;
let database: TestDatabase;
let service: SampleProcess | undefined;

beforeAll(async () => {
  issuer = await createTestIssuer();
  const kind = testDatabases().at(-1);
  if (!kind) throw new Error('there is no kind of database to test with');
  database = await kind.create();
});
afterEach(() => service?.child.kill('SIGKILL'));
afterAll(async () => {
  await issuer.close();
  await database.drop();
});

async function start(variables: NodeJS.ProcessEnv = {}): Promise<SampleProcess> {
  const place = { TOKEN_ISSUER: issuer.url, DATABASE_URL: database.url, WAYBILL_DATA_DIR: database.folder };
  service = await startSample({ ...place, ...variables });
  return service;
}

async function startReady(variables: NodeJS.ProcessEnv = {}): Promise<SampleProcess> {
  const started = await start(variables);
  await vi.waitFor(async () => expect(await ask(`${started.url}/health/ready`)).toBe('200'), { timeout: 15_000 });
  return started;
}

/** A request on a connection that is kept. */
async function answered(url: string, agent: Agent): Promise<IncomingMessage> {
  const [response] = await once(get(url, { agent }), 'response');
  response.resume();
  await once(response, 'end');
  return response;
}

test.each([
  { keepAlive: true, clients: 'clients that keep their connections' },
  { keepAlive: false, clients: 'clients that open a connection for each request' },
])(
  'fails no request of $clients, and ends within ten seconds',
  async ({ keepAlive }) => {
    for (let round = 0; round < 3; round++) {
      const { url, child, ended } = await startReady();
      const paths = Array.from({ length: 32 }, (_, client) => (client % 8 === 0 ? '/slow' : '/named/x'));
      const outcomes = askUntilRefused(
        paths.map((path) => url + path),
        keepAlive,
      );
      await sleep(1_000);
      const signalled = Date.now();
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(Date.now() - signalled).toBeLessThan(10_000);
      expect(await outcomes).toEqual({ 200: expect.any(Number), refused: 32 });
    }
  },
  60_000,
);

test('is not ready from the first moment, lives, and ends each connection with an answer that says so', async () => {
  const { url, child, ended } = await startReady({ SHUTDOWN_GRACE_MS: '500' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await answered(`${url}/health/ready`, agent)).headers.connection).toBe('keep-alive');
  child.kill('SIGTERM');
  await sleep(100);

  expect(await answered(`${url}/health/ready`, agent)).toMatchObject({
    statusCode: 503,
    headers: { connection: 'close', 'retry-after': '1' },
  });
  expect(await ask(`${url}/health/live`)).toBe('200');
  expect(await ended).toEqual([0, null]);
  agent.destroy();
});

test('a second signal cuts off nothing', async () => {
  const { url, child, ended, out } = await startReady();
  const slow = ask(`${url}/slow`);
  await sleep(200);
  child.kill('SIGTERM');
  await sleep(100);
  child.kill('SIGTERM');
  child.kill('SIGINT');

  expect(await slow).toBe('200');
  expect(await ended).toEqual([0, null]);
  expect(out().match(/stops on/g)).toHaveLength(1);
});

test('ends at once, in good order, where it does not listen yet', async () => {
  const { child, ended, err } = await start({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere' });
  await vi.waitFor(() => expect(service?.out()).toContain('cannot be reached yet'), { timeout: 15_000 });
  child.kill('SIGTERM');

  expect(await ended).toEqual([0, null]);
  expect(err()).toBe('');
});
