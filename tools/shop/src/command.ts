import { parseArgs } from 'node:util';
import { requireNodeVersion, SettingsError } from './setting/index.js';
import { stopSignal } from './stop-signal.js';
import { ServiceFailure } from './supervise/index.js';

/**
 * Runs a command of this package: answers `--help`, hands over the signal to stop, and turns every failure that a person
 * can cure into its own lines on standard error and exit code 1. Other errors are defects and keep their stack.
 */
export async function command(help: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    requireNodeVersion(process.versions.node);
    if (wantsHelp()) console.log(help);
    else await run(stopSignal());
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof ServiceFailure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function wantsHelp(): boolean {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help === true;
  } catch (error) {
    throw new SettingsError(`${error instanceof Error ? error.message : String(error)}. Try --help.`);
  }
}
