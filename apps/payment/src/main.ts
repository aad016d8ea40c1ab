import { runService } from '@waybill/service-defaults';
import { paymentConfig } from './config.js';
import { PaymentModule } from './payment.module.js';

await runService('payment', paymentConfig, (config) => PaymentModule.forRoot(config));
