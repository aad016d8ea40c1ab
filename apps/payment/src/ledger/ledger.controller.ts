import { Controller, Get } from '@nestjs/common';
import { Scopes } from '@waybill/auth';
import { type LedgerBalance, Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import type { PaymentDatabase } from '../database.js';
import { balanceOf } from './balance.js';

/** `GET /ledger/balance`: whether the ledger sums to zero, over all and for each payment. */
@Controller('ledger')
export class LedgerController {
  constructor(@InjectDatabase() private readonly db: PaymentDatabase) {}

  @Get('balance')
  @Scopes(Scope.LedgerRead)
  balance(): Promise<LedgerBalance> {
    return balanceOf(this.db);
  }
}
