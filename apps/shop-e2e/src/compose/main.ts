import { type Check, type Finding, make } from './check.js';
import { isolationChecks } from './isolation.checks.js';
import { orderChecks } from './order.checks.js';
import { run } from './program.js';
import { refusalChecks } from './refusal.checks.js';
import { restartChecks } from './restart.checks.js';
import { Stack } from './stack.js';

const chapters: Readonly<Record<string, readonly Check[]>> = {
  Orders: orderChecks,
  Refusals: refusalChecks,
  Isolation: isolationChecks,
  Restarts: restartChecks,
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort(new Error(`Interrupted by ${signal}.`)));
}
process.exitCode = (await isPossible()) && (await succeeds()) ? 0 : 1;

/** Says in one line what is missing. */
async function isPossible(): Promise<boolean> {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}']);
    await run('docker', ['compose', 'version']);
    await run('curl', ['--version']);
    return true;
  } catch (error) {
    say(`This test needs a Docker engine with Compose, and curl. ${(error as Error).message.split('\n').at(-1)}`);
    return false;
  }
}

/** Runs the stack from nothing to nothing, and says how it went. */
async function succeeds(): Promise<boolean> {
  const stack = await Stack.prepare(interruption.signal);
  say(`Project ${stack.project} on ports ${Object.values(stack.ports).join(', ')}`);
  try {
    await timed('Images are built', () => stack.build());
    await timed('All containers are healthy', () => stack.up());
    const allKept = summarize(await makeAll(stack));
    if (!allKept) say(await stack.logs(20));
    return allKept;
  } catch (error) {
    await explain(error, stack);
    return false;
  } finally {
    await timed('Containers, volumes and images are removed', () => stack.remove());
  }
}

async function explain(error: unknown, stack: Stack): Promise<void> {
  const { aborted, reason } = interruption.signal;
  say(`✗ ${((aborted ? reason : error) as Error).message}`);
  if (!aborted) say(await stack.logs(20));
}

async function makeAll(stack: Stack): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [chapter, checks] of Object.entries(chapters)) {
    say(`\n${chapter}`);
    for (const check of checks) {
      interruption.signal.throwIfAborted();
      const finding = await make(check, stack);
      findings.push(finding);
      say(line(finding));
    }
  }
  return findings;
}

function line({ rule, kept, seen }: Finding): string {
  return kept ? `  ✓ ${rule} (${seen})` : `  ✗ ${rule}\n${seen.trimEnd().replace(/^/gm, '      ')}`;
}

function summarize(findings: readonly Finding[]): boolean {
  const kept = findings.filter((finding) => finding.kept).length;
  say(`\n${kept} of ${findings.length} rules hold.`);
  return kept === findings.length;
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const start = Date.now();
  await work();
  say(`${what} (${((Date.now() - start) / 1000).toFixed(0)} s)`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
