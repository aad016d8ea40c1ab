import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { ServiceFailure, SettingsError, stopSignal } from '@waybill/shop';
import { type ChaosRun, runChaos } from './chaos.js';
import { missingPostgres } from './deployment/index.js';
import { type ChaosCommand, CommandError, help, readCommand } from './options.js';
import { report, summary } from './report/index.js';
import { RunFolder } from './run-folder.js';

const signal = stopSignal();
try {
  const command = readCommand(process.argv.slice(2), () => randomInt(1, 1_000_000));
  if (command === 'help') console.log(help);
  else process.exit((await chaos(command)) ? 0 : 1); // whatever a customer still waits for
} catch (error) {
  if (signal.aborted) {
    console.error('Stopped.');
    process.exit(2); // without waiting for the customers, who are told one by one
  }
  if (!isForPeople(error)) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}

/** Whether nothing was violated on any of the databases. What went wrong stays to be looked at. */
async function chaos(command: ChaosCommand): Promise<boolean> {
  const missing = command.databases.includes('postgres') ? missingPostgres() : undefined;
  if (missing) throw new CommandError(`${missing} Or choose --database embedded.`);
  console.log(`seed ${command.seed}`);
  const folder = await RunFolder.make();
  let clean = false;
  try {
    const runs = await runAll(command, folder);
    const words = process.argv.slice(2).join(' ');
    if (command.report) await writeFile(command.report, report(runs, `npm run chaos -- ${words}`));
    clean = runs.every(({ violations }) => violations.length === 0);
  } finally {
    if (clean || signal.aborted) await folder.remove();
    else console.log(`The data and the logs are in ${folder.path}`);
  }
  return clean;
}

async function runAll(command: ChaosCommand, folder: RunFolder): Promise<ChaosRun[]> {
  const runs: ChaosRun[] = [];
  for (const kind of command.databases) {
    const say = (line: string) => console.log(`${kind.padEnd(9)} ${line}`);
    const run = await runChaos({ ...command, kind, folder: folder.of(kind), say, signal });
    for (const line of summary(run)) say(line);
    runs.push(run);
  }
  return runs;
}

function isForPeople(error: unknown): boolean {
  return error instanceof CommandError || error instanceof ServiceFailure || error instanceof SettingsError;
}
