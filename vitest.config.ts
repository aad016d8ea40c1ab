import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SummaryReporter } from './vitest.summary.js';

/** Each workspace is a project under its own package name: specs beside the source, `*.e2e.ts` in the e2e workspaces. */
const projects = globSync('{libs,apps,tools}/*/package.json').map((manifest): TestProjectInlineConfiguration => {
  const root = dirname(manifest);
  const { name } = JSON.parse(readFileSync(manifest, 'utf8'));
  return root.endsWith('-e2e')
    ? {
        test: {
          name,
          root,
          include: ['src/**/*.e2e.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      }
    : { test: { name, root, include: ['src/**/*.spec.ts'], testTimeout: 20_000, hookTimeout: 60_000 } };
});

/** Most tests wait, for timers, processes and sockets: on few cores more files than cores are worth running at once. */
const fewestWorkers = 4;

export default defineConfig({
  test: {
    maxWorkers: Math.max(fewestWorkers, availableParallelism() - 1),
    projects,
    globalSetup: './vitest.services.ts',
    reporters: ['default', new SummaryReporter()],
  },
});
