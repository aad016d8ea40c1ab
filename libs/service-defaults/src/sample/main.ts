import { serviceConfig } from '../configuration/index.js';
import { runService } from '../run/index.js';
import { sampleModule } from './sample.module.js';

await runService('order', () => serviceConfig('order'), sampleModule);
