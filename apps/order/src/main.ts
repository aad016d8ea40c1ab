import { runService } from '@waybill/service-defaults';
import { orderConfig } from './config.js';
import { OrderModule } from './order.module.js';

await runService('order', orderConfig, (config) => OrderModule.forRoot(config));
