import { parseArgs } from 'node:util';
import { requireNodeVersion, SettingsError } from './setting/index.js';
import { stopSignal } from './stop-signal.js';
import { ServiceFailure } from './supervise/index.js';

/**
 * Runs a command of this package: answers `--help`, hands over the signal to stop and the words on the command line (`mostWords`
 * of them), and turns every failure that a person can cure into its own lines on standard error and exit code 1. Other errors
 * are defects and keep their stack.
 */
export async function command(
  help: string,
  run: (signal: AbortSignal, words: readonly string[]) => Promise<void>,
  mostWords = 0,
): Promise<void> {
  try {
    requireNodeVersion(process.versions.node);
    const { wantsHelp, words } = commandLine(mostWords);
    if (wantsHelp) console.log(help);
    else await run(stopSignal(), words);
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof ServiceFailure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function commandLine(mostWords: number): { wantsHelp: boolean; words: readonly string[] } {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals: words } = parseArgs({ options, allowPositionals: mostWords > 0 });
    if (words.length > mostWords) throw new SettingsError(`"${words[mostWords]}" is one word too many`);
    return { wantsHelp: values.help === true, words };
  } catch (error) {
    throw new SettingsError(`${error instanceof Error ? error.message : String(error)}. Try --help.`);
  }
}
