import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const repo = join(import.meta.dirname, '../../..');
const bin = (name: string) => join(repo, 'node_modules/.bin', name);
let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'waybill-boundaries-'));
  await write('package.json', JSON.stringify({ name: 'copy', type: 'module', workspaces: ['libs/*', 'apps/*'] }));
  for (const file of [
    'nx.json',
    'biome.json',
    'tsconfig.base.json',
    'libs/auth/package.json',
    'libs/auth/tsconfig.json',
  ])
    await copy(file);
  for (const app of ['order', 'payment']) await copy(`apps/${app}/package.json`);
  await link();
});

afterEach(() => rm(workspace, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(workspace, file)), { recursive: true });
  await writeFile(join(workspace, file), text);
}

async function copy(file: string): Promise<void> {
  await cp(join(repo, file), join(workspace, file));
}

/** What `npm ci` would install: the repo's own packages from the copy, all others from the repo. */
async function link(): Promise<void> {
  const modules = join(workspace, 'node_modules');
  await mkdir(join(modules, '@waybill'), { recursive: true });
  for (const name of await readdir(join(repo, 'node_modules')))
    if (name !== '@waybill') await symlink(join(repo, 'node_modules', name), join(modules, name));
  for (const app of ['order', 'payment'])
    await symlink(join(workspace, 'apps', app), join(modules, '@waybill', `${app}-service`));
  await symlink(join(repo, 'libs/contracts'), join(modules, '@waybill/contracts'));
}

function run(command: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: join(workspace, '.nx'), NX_CACHE_PROJECT_GRAPH: 'false' };
  return new Promise((resolve) => {
    execFile(command, args, { cwd: workspace, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr }),
    );
  });
}

const boundaries = () => run(process.execPath, join(repo, 'tools/boundaries/dist/check.js'));
const lint = () => run(bin('biome'), 'lint', '--vcs-enabled=false', '--reporter=github', '.');
const compile = () =>
  run(bin('tsc'), '-p', 'libs/auth', '--noEmit', '--composite', 'false', '--tsBuildInfoFile', 'null');

test('an import that stays inside passes all three gates', async () => {
  await write('libs/auth/src/verify/some.ts', `export const some = 'thing';\n`);
  expect(await boundaries()).toMatchObject({ code: 0 });
  expect(await lint()).toMatchObject({ code: 0 });
  expect(await compile()).toEqual({ code: 0, output: '' });
});

test('the graph catches an app that imports another, though it declares nothing', async () => {
  await write('apps/order/src/some.ts', `import '@waybill/payment-service/dist/main.js';\n`);
  await write('apps/payment/dist/main.js', '');
  const { code, output } = await boundaries();
  expect(output).toContain('@waybill/order-service imports @waybill/payment-service:');
  expect(code).toBe(1);
});

test('the graph catches a relative path into a neighbour', async () => {
  await write('libs/auth/src/some.ts', `export { some } from '../../../apps/order/src/some.js';\n`);
  await write('apps/order/src/some.ts', `export const some = 'thing';\n`);
  expect(await boundaries()).toMatchObject({
    code: 1,
    output: expect.stringContaining('layer:guard may not import layer:app'),
  });
  expect(await compile()).toMatchObject({ output: expect.stringContaining('TS6059') });
});

test.each([
  ['@nestjs/common', 'The folders that decide are plain TypeScript'],
  ['@waybill/contracts', "Dependency @waybill/contracts isn't specified in libs/auth/package.json"],
  ['pg', "Dependency pg isn't specified in libs/auth/package.json"],
])('lint refuses %s in the part of the guard library that decides', async (name, message) => {
  await write('libs/auth/src/verify/some.ts', `import some from '${name}';\nexport { some };\n`);
  const { code, output } = await lint();
  expect(output).toContain(message);
  expect(code).toBe(1);
});

test('the compiler and Node refuse what a package does not export', async () => {
  const deep = '@waybill/contracts/dist/scope.js';
  await write('libs/auth/src/some.ts', `export { Scope } from '${deep}';\n`);
  expect(await compile()).toMatchObject({ code: expect.any(Number), output: expect.stringContaining('TS2307') });
  const { output } = await run(process.execPath, '--input-type=module', '-e', `await import('${deep}')`);
  expect(output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
});
