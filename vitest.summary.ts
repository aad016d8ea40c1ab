import type { Reporter, TestModule } from 'vitest/node';

/** Closes a run with one plain line, `N passed, N failed` (and `, N skipped` where there are any). */
export class SummaryReporter implements Reporter {
  /** A file that cannot be loaded, a failed hook and an error outside every test count as one failure each. */
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = groups.reduce((sum, group) => sum + group.errors().length, unhandledErrors.length);
    const skipped = count('skipped') + count('pending');
    const parts = [`${count('passed')} passed`, `${count('failed') + broken} failed`];
    if (skipped > 0) parts.push(`${skipped} skipped`);
    process.stdout.write(`${parts.join(', ')}\n`);
  }
}
