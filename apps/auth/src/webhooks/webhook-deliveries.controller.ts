import { Controller, Get, Query } from '@nestjs/common';
import { Scopes } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { type NumberedListQuery, numberedListQuery, type Page } from '../lists/page.js';
import { listDeliveries, type ShownDelivery } from './list-deliveries.js';

/** What the webhooks were told and shall be told, newest first. */
@Controller('webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  @Get()
  @Scopes(Scope.AuditRead)
  list(@Query({ schema: numberedListQuery }) query: NumberedListQuery): Promise<Page<ShownDelivery>> {
    return listDeliveries(this.db, query);
  }
}
