import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

function start(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, '../dist/start.js');
  return new Promise((resolve) =>
    execFile(process.execPath, [program, ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );
}

test('--help says what there is and starts nothing', async () => {
  const { code, stdout, stderr } = await start({}, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Starts the shop/);
});

test('refuses an unknown option in one line', async () => {
  expect(await start({}, '--fast')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Unknown option '--fast'.*\. Try --help\.\n$/),
  });
});

test('refuses a wrong port in one line, before anything is started', async () => {
  expect(await start({ AUTH_PORT: 'abc' })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'AUTH_PORT: must be a port (1–65535), is "abc". Set it to a free port, e.g. 3000.\n',
  });
});
