import { Controller, Get } from '@nestjs/common';
import { Public } from '@waybill/auth';
import type { Catalogue } from '@waybill/contracts';
import { articles } from './articles.js';

/** What can be ordered, for everybody to see. */
@Controller('catalogue')
export class CatalogueController {
  @Get()
  @Public()
  list(): Catalogue {
    return { items: [...articles] };
  }
}
