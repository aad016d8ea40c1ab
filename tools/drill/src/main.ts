import { drill } from './drill/drill.js';
import { DrillError } from './drill/drill-error.js';
import { help, readOptions } from './drill/options.js';

try {
  const options = await readOptions(process.argv.slice(2));
  if (options === 'help') console.log(help);
  else process.exitCode = (await drill(options, console.log)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof DrillError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
