import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, type PerService } from '@waybill/shop';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { npmStart, placed, processesOn, type RunningCommand, run } from './command.js';

let folder: string;
let dataDir: string;
let ports: PerService<number>;
let commands: RunningCommand[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-start-'));
});

beforeEach(async () => {
  dataDir = join(folder, 'data');
  ports = await freePorts();
  commands = [];
});

afterEach(async () => {
  for (const { process, exited } of commands) {
    process.kill('SIGKILL');
    await exited;
  }
  await vi.waitUntil(() => processesOn(dataDir).length === 0, { timeout: 15_000 });
});

afterAll(() => rm(folder, { recursive: true }));

function start(env: NodeJS.ProcessEnv = {}): RunningCommand {
  const command = npmStart({ ...placed(ports, dataDir), ...env });
  commands.push(command);
  return command;
}

async function startUntilReady(): Promise<RunningCommand> {
  const command = start();
  const ready = vi.waitUntil(() => command.output.stdout.includes('Waybill is ready.'), { timeout: 55_000 });
  await Promise.race([ready, command.exited.then(() => expect(command.output).toBe('a shop that is ready'))]);
  return command;
}

/** Waits for a refusal: exit code 1 and one line on standard error, which is returned. */
async function oneLine({ output, exited }: RunningCommand): Promise<string> {
  const code = await exited;
  expect({ code, stderr: output.stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^[^\n]+\n$/) });
  expect(output.stdout).not.toContain('Waybill is ready.');
  return output.stderr.trim();
}

describe('npm start refuses in one line', () => {
  test('a port that is no number', async () => {
    const line = await oneLine(start({ ORDER_PORT: 'abc' }));
    expect(line).toBe('ORDER_PORT: must be a port (1–65535), is "abc". Set it to a free port, e.g. 3001.');
  });

  test('a port that is taken', async () => {
    const stranger = createServer().listen(ports.payment, '127.0.0.1');
    const line = await oneLine(start());
    await new Promise((resolve) => stranger.close(resolve));
    expect(line).toMatch(`PAYMENT_PORT: port ${ports.payment} on 127.0.0.1 is taken.`);
  });

  test.each([
    ['auth', 'TOKEN_TTL_SECONDS'],
    ['order', 'PAYMENT_TIMEOUT_MS'],
    ['payment', 'PAYMENT_DATABASE_URL'],
  ])('a variable that only %s reads', async (service, variable) => {
    expect(await oneLine(start({ [variable]: 'abc' }))).toMatch(new RegExp(`^${service}: ${variable}: must be `));
  });

  test('a data folder that cannot be written to', async () => {
    await writeFile(join(folder, 'file'), '');
    dataDir = join(folder, 'file/data');
    expect(await oneLine(start())).toContain(dataDir);
  });

  test('a data folder that another shop uses', async () => {
    await startUntilReady();
    ports = await freePorts();
    expect(await oneLine(start())).toContain(join(dataDir, 'auth'));
  });
});

test('a service alone refuses a taken port in one line', async () => {
  const stranger = createServer().listen(ports.order, '127.0.0.1');
  await once(stranger, 'listening');
  const command = run('apps/order/dist/main.js', { ...placed(ports, dataDir), LOG_LEVEL: 'silent' });
  commands.push(command);
  expect(await oneLine(command)).toMatch(`order: port ${ports.order} on 127.0.0.1 is taken`);
  stranger.close();
});

describe('npm start ends', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s with exit code 0 and no process left', async (signal) => {
    const { process, exited, output } = await startUntilReady();
    expect(processesOn(dataDir).length).toBeGreaterThanOrEqual(4);
    process.kill(signal);
    expect(await exited).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);
    expect(output.stderr).toBe('');
  });

  test('while it starts, too', async () => {
    const { process, exited, output } = start();
    await vi.waitUntil(() => processesOn(dataDir).length > 1, { timeout: 10_000 });
    process.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);
    expect(output.stdout).not.toContain('Waybill is ready.');
  });

  test('with its services when it is killed itself', async () => {
    const { process } = await startUntilReady();
    process.kill('SIGKILL');
    await vi.waitUntil(() => processesOn(dataDir).length === 0, { timeout: 15_000 });
  });
});

describe('the demo exits with 0 and tells', () => {
  test.each([
    ['every hop of an order', [], ['payment   POST /payments → 201', 'payment.create']],
    [
      'by what a thief is refused',
      ['stolen-token'],
      [
        'because cnf.jkt.not_as_dpop',
        'because dpop.replayed',
        'because client_address.other',
        'because second_key.none',
      ],
    ],
  ])('%s', async (_, words, told) => {
    const { output, exited } = run('tools/shop/dist/demo.js', {}, words);
    expect({ code: await exited, stderr: output.stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of [...told, 'Every answer was the expected one.']) expect(output.stdout).toContain(text);
  });

  test('nothing where there is no such story', async () => {
    const { output, exited } = run('tools/shop/dist/demo.js', {}, ['stolen-tokens']);
    expect(await exited).toBe(1);
    expect(output.stderr).toBe('There is no story "stolen-tokens". There are place-an-order and stolen-token.\n');
  });
});
