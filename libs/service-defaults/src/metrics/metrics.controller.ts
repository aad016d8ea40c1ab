import { Controller, Get, Header } from '@nestjs/common';
import { Registry } from '@prometheus-io/client';
import { Public } from '@waybill/auth';
import { processFigures } from './process-figures.js';

/** `GET /metrics`: figures for Prometheus. They name no person, but they are not for the internet: leave the path out of what is routed to from there. */
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  async read(): Promise<string> {
    const figures = await Promise.all([processFigures(), this.registry].map((registry) => registry.metrics()));
    return figures.join('\n');
  }
}
