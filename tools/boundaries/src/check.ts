import { createProjectGraphAsync } from '@nx/devkit';
import { violations } from './layers.js';

const found = violations(await createProjectGraphAsync({ exitOnError: true }));
for (const violation of found) console.error(violation);
if (found.length === 0) console.log('Boundaries hold: every import stays within its layer.');
process.exitCode = found.length === 0 ? 0 : 1;
