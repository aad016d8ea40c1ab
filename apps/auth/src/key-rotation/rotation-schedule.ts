import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { databaseReason } from '@waybill/database';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { KeyRotation } from './key-rotation.js';

const everyMs = 30_000;
const dayMs = 24 * 60 * 60 * 1000;

/** Changes keys that have signed for `KEY_ROTATION_DAYS`, and removes those that nobody needs any more. */
@Injectable()
export class RotationSchedule implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Keys');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly rotation: KeyRotation,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.turn(), everyMs).unref();
    void this.turn();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async turn(): Promise<void> {
    try {
      await this.rotation.removeExpired();
      if (this.config.keyRotationDays > 0) await this.rotateOld();
    } catch (error) {
      this.logger.warn(`Keys are looked after at the next turn: ${databaseReason(error)}`);
    }
  }

  private async rotateOld(): Promise<void> {
    const ifOlderThan = new Date(Date.now() - this.config.keyRotationDays * dayMs);
    for (const purpose of ['access-token', 'security-event'] as const) {
      if (await this.rotation.isDue(purpose, ifOlderThan)) await this.rotation.rotate(purpose, { ifOlderThan });
    }
  }
}
