import { ProofError } from './proof-error.js';
import { sign } from './sign.js';

/** Each makes header lines, as `curl -H @-` reads them. */
const commands: Readonly<Record<string, (args: string[]) => Promise<readonly string[]>>> = { sign };

const [name = '--help', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
try {
  if (!command) throw new ProofError(`Give one of: ${Object.keys(commands).join(', ')}; each answers --help.`);
  for (const line of await command(args)) console.log(line);
} catch (error) {
  if (!(error instanceof ProofError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
