import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repo = join(import.meta.dirname, '../../..');
const library = join(repo, 'libs/auth');

/** What `nest new` of Nest 12 writes, without what only its own tooling reads. */
const nestTsconfig = {
  compilerOptions: {
    module: 'nodenext',
    moduleResolution: 'nodenext',
    target: 'es2023',
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
    declaration: true,
    isolatedModules: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    strict: true,
    skipLibCheck: true,
  },
  include: ['src'],
  exclude: ['**/*.spec.ts', '**/*.fixture.ts'],
};

/** What the library's package leaves out too: its own tests, and what they alone need. */
const ownTests = /\.(spec|fixture)\.ts$|testing\/(fuzz|vectors)$/;

const main = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['error'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');
`;

const withoutNest = `import { registerHooks } from 'node:module';

registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('@nestjs/') || name.startsWith('passport')) throw new Error(name + ' was imported');
    return next(name, context);
  },
});
`;

/** A small Nest app in a folder of its own, which has of the repo nothing but what is put there. */
export class OutsideApp {
  private constructor(readonly folder: string) {}

  /** Makes the app around a module, with the packages that the guard library declares and Nest's own platform. */
  static async make(moduleCode: string): Promise<OutsideApp> {
    const app = new OutsideApp(await mkdtemp(join(tmpdir(), 'waybill-outside-')));
    await app.write('package.json', { name: 'outside', private: true, type: 'module' });
    await app.write('tsconfig.json', nestTsconfig);
    await app.write('src/main.ts', main);
    await app.write('src/app.module.ts', moduleCode);
    for (const name of [...(await declaredPackages()), '@nestjs/platform-express', '@types/node']) await app.link(name);
    return app;
  }

  /** Copies the library's folder as it stands in the repo, and compiles it in its new place. */
  async copyLibrary(): Promise<void> {
    const copy = join(this.folder, 'vendor/auth');
    await mkdir(copy, { recursive: true });
    const filter = (path: string) => !ownTests.test(path);
    for (const part of ['src', 'package.json'])
      await cp(join(library, part), join(copy, part), { recursive: true, filter });
    await this.write('vendor/auth/tsconfig.json', nestTsconfig);
    await mkdir(join(this.folder, 'node_modules/@waybill'), { recursive: true });
    await symlink(copy, join(this.folder, 'node_modules/@waybill/auth'));
    await this.compile('vendor/auth');
  }

  /** Unpacks what `npm pack` makes of the library. Returns the files in it. */
  async installLibrary(): Promise<string[]> {
    const target = join(this.folder, 'node_modules/@waybill/auth');
    await mkdir(target, { recursive: true });
    await run('npm', ['pack', '--silent', '--pack-destination', this.folder], { cwd: library });
    const tarball = (await readdir(this.folder)).find((file) => file.endsWith('.tgz'));
    await run('tar', ['-xzf', join(this.folder, tarball ?? ''), '-C', target, '--strip-components', '1']);
    return readdir(target, { recursive: true });
  }

  /** Compiles a folder of the app. Throws with the compiler's output. */
  async compile(folder = '.'): Promise<void> {
    await run(join(repo, 'node_modules/.bin/tsc'), ['-p', folder], { cwd: this.folder }).catch(({ stdout }) => {
      throw new Error(`${folder} does not compile:\n${stdout}`);
    });
  }

  /** Starts the compiled app. Returns its address and how to stop it. */
  async start(env: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, ...env, PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exited = once(child, 'exit');
    const url = `http://127.0.0.1:${port}`;
    await Promise.race([answers(url), exited.then(([code]) => Promise.reject(new Error(`The app exited (${code}).`)))]);
    return { url, stop: async () => void (child.kill('SIGKILL') && (await exited)) };
  }

  /** Runs a module in a process in which nothing of Nest can be imported. Returns what it prints. */
  async runWithoutNest(code: string): Promise<string> {
    await this.write('program.mjs', code);
    await this.write('without-nest.mjs', withoutNest);
    const { stdout } = await run(process.execPath, ['--import', './without-nest.mjs', 'program.mjs'], {
      cwd: this.folder,
    });
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private async write(file: string, content: string | object): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }

  private async link(name: string): Promise<void> {
    const target = join(this.folder, 'node_modules', name);
    const own = join(library, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(existsSync(own) ? own : join(repo, 'node_modules', name), target);
  }
}

/** What the library's package.json asks of its surroundings, and the types that its sources need to be compiled. */
async function declaredPackages(): Promise<string[]> {
  const { dependencies, peerDependencies, devDependencies } = JSON.parse(
    await readFile(join(library, 'package.json'), 'utf8'),
  );
  const types = Object.keys(devDependencies).filter((name) => name.startsWith('@types/'));
  return [...Object.keys(dependencies), ...Object.keys(peerDependencies), ...types];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return;
    await delay(50);
  }
}
