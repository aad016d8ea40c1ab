import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { PaymentDatabase } from '../database.js';
import { claims } from './claim.table.js';
import { Claims } from './claims.js';

/** The claims in the service's own database. */
@Injectable()
export class DrizzleClaims extends Claims {
  constructor(@InjectDatabase() private readonly db: PaymentDatabase) {
    super();
  }

  override async fence(id: string): Promise<void> {
    await this.db.insert(claims).values({ id, kind: 'fence' }).onConflictDoNothing();
  }
}
