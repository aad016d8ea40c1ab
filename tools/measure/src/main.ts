import { missingPostgres, RunFolder } from '@waybill/chaos';
import { ServiceFailure, SettingsError, stopSignal } from '@waybill/shop';
import { measureRevocation } from './measure.js';
import { CommandError, help, type MeasureCommand, readCommand } from './options.js';

const signal = stopSignal();
try {
  const command = readCommand(process.argv.slice(2));
  if (command === 'help') console.log(help);
  else process.exit((await measure(command)) ? 0 : 1); // whatever is still being watched
} catch (error) {
  if (signal.aborted) {
    console.error('Stopped.');
    process.exit(2);
  }
  console.error(isForPeople(error) ? (error as Error).message : error);
  process.exitCode = 2;
}

/** Whether nothing passed that must not. What went wrong stays to be looked at. */
async function measure({ databases, samples, boundMs }: MeasureCommand): Promise<boolean> {
  const missing = databases.includes('postgres') ? missingPostgres() : undefined;
  if (missing) throw new CommandError(`${missing} Or choose --database embedded.`);
  const folder = await RunFolder.make('measure');
  let clean = false;
  try {
    const found: string[] = [];
    for (const kind of databases) {
      const say = (line: string) => console.log(`${kind.padEnd(9)} ${line}`);
      const options = { kind, folder: folder.of(kind), samples, boundMs, say, signal };
      const { violations } = await measureRevocation(options);
      for (const violation of violations) say(`VIOLATED: ${violation}`);
      say(violations.length === 0 ? 'nothing that was taken back passed after its bound' : 'see above');
      found.push(...violations);
    }
    clean = found.length === 0;
  } finally {
    if (clean || signal.aborted) await folder.remove();
    else console.log(`The data and the logs are in ${folder.path}`);
  }
  return clean;
}

function isForPeople(error: unknown): boolean {
  return error instanceof CommandError || error instanceof ServiceFailure || error instanceof SettingsError;
}
