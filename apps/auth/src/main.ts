import { runService } from '@waybill/service-defaults';
import { AuthModule } from './auth.module.js';
import { authConfig } from './config.js';

await runService('auth', authConfig, (config) => AuthModule.forRoot(config));
