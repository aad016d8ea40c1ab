import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SampleProcess, startSample } from '../sample/sample-process.js';

const children: ChildProcess[] = [];
let issuer: TestIssuer;
let database: TestDatabase;

beforeAll(async () => {
  issuer = await createTestIssuer();
  const kind = testDatabases().at(-1);
  if (!kind) throw new Error('there is no kind of database to test with');
  database = await kind.create();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await issuer.close();
  await database.drop();
});

async function start(variables: NodeJS.ProcessEnv = {}): Promise<SampleProcess> {
  const place = { TOKEN_ISSUER: issuer.url, DATABASE_URL: database.url, WAYBILL_DATA_DIR: database.folder };
  const service = await startSample({ ...place, ...variables });
  children.push(service.child);
  return service;
}

const ready = ({ url }: SampleProcess) =>
  vi.waitFor(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200), { timeout: 15_000 });

describe('a service that cannot start says why in one line and ends with 1', () => {
  async function expectFailure(variables: NodeJS.ProcessEnv, line: RegExp) {
    const service = await start(variables);
    expect(await service.ended).toEqual([1, null]);
    expect(service.err()).toMatch(line);
    expect(service.err().trimEnd().split('\n')).toHaveLength(1);
  }

  test('a taken port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const line = `order: port ${port} on 127.0.0.1 is taken; set ORDER_PORT to a free one`;
    await expectFailure({ ORDER_PORT: String(port) }, new RegExp(`^${line}\n$`));
    server.close();
  });

  test('a bad variable', () =>
    expectFailure(
      { ORDER_PORT: 'abc' },
      /^order: ORDER_PORT: must be a port .* Set it to a free port, e\.g\. 3001\.\n$/,
    ));

  test('an address of another machine', () =>
    expectFailure(
      { HOST: '192.0.2.1' },
      /^order: 192\.0\.2\.1 is no address of this machine; set HOST to one that is\n$/,
    ));

  test('an issuer that cannot be trusted', () =>
    expectFailure({ TOKEN_ISSUER: 'http://auth.example.com' }, /^order: .*must be https.*\n$/));

  test('a database folder that cannot be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-run-'));
    writeFileSync(join(folder, 'order'), '');
    await expectFailure({ DATABASE_URL: '', WAYBILL_DATA_DIR: folder }, /^order: .+\n$/);
  });
});

describe('a service that runs', () => {
  test('says in one line where it listens, and that it is ready', async () => {
    const service = await start();
    await ready(service);
    expect(service.out()).toContain(`listens on ${service.url}`);
    expect(await (await fetch(`${service.url}/health/live`)).json()).toEqual({ status: 'ok' });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('answers what it has begun and ends with 0 on %s', async (signal) => {
    const service = await start();
    await ready(service);
    const slow = fetch(`${service.url}/slow`);
    await setTimeout(200);
    service.child.kill(signal);
    expect(await (await slow).json()).toEqual({ slow: true });
    expect(await service.ended).toEqual([0, null]);
    expect(
      service
        .out()
        .split('\n')
        .filter((line) => line.includes(`stops on ${signal}`)),
    ).toHaveLength(1);
    expect(service.err()).toBe('');
  });

  test('is not held by connections that are kept alive, or never used', async () => {
    const service = await start();
    await ready(service);
    const agent = new Agent({ keepAlive: true });
    const answered = async (path: string) => {
      const [response] = await once(get(service.url + path, { agent }), 'response');
      response.resume();
      await once(response, 'end');
    };
    await answered('/health/live');
    const silent = connect(Number(new URL(service.url).port), '127.0.0.1');
    const slow = answered('/slow');
    await setTimeout(200);
    const signalled = Date.now();
    service.child.kill('SIGTERM');
    await slow;
    expect(await service.ended).toEqual([0, null]);
    expect(Date.now() - signalled).toBeLessThan(3_000);
    agent.destroy();
    silent.destroy();
  });
});
