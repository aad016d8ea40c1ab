import { Controller, Get, Query } from '@nestjs/common';
import { Scopes } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { type NumberedListQuery, numberedListQuery, type Page } from '../lists/page.js';
import { listAuditEntries, type ShownAuditEntry } from './list-audit-entries.js';

/** The audit trail: who did what to whom, newest first. */
@Controller('audit')
export class AuditController {
  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  @Get()
  @Scopes(Scope.AuditRead)
  list(@Query({ schema: numberedListQuery }) query: NumberedListQuery): Promise<Page<ShownAuditEntry>> {
    return listAuditEntries(this.db, query);
  }
}
