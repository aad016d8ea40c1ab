import { setTimeout } from 'node:timers/promises';
import type { Provider } from '@nestjs/common';
import { remainingMs } from '@waybill/auth';
import { DATABASE } from '@waybill/database';
import type { PaymentConfig } from '../config.js';
import type { PaymentDatabase } from '../database.js';
import { PaymentGateway } from './payment-gateway.js';
import { SandboxGateway } from './sandbox.gateway.js';
import { noFaults, SandboxFaults } from './sandbox-faults.js';
import { TimedGateway } from './timed-gateway.js';

/** How much longer than anybody waits a slow sandbox gateway takes, in milliseconds. */
const latenessMs = 100;

/** The gateway, and the limits within which it is asked. */
export function gatewayProviders(config: PaymentConfig): Provider[] {
  const { production, sandboxGatewayFaults, gatewayTimeoutMs } = config;
  const faults = production ? noFaults : new SandboxFaults(sandboxGatewayFaults, gatewayTimeoutMs + latenessMs);
  return [
    {
      provide: PaymentGateway,
      useFactory: (db: PaymentDatabase) => new SandboxGateway(db, faults),
      inject: [DATABASE],
    },
    {
      provide: TimedGateway,
      useFactory: (gateway: PaymentGateway) =>
        new TimedGateway(gateway, { timeoutMs: gatewayTimeoutMs, remainingMs, sleep }),
      inject: [PaymentGateway],
    },
  ];
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal });
}
