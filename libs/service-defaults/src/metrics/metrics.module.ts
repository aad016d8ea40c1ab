import { Module } from '@nestjs/common';
import { Registry } from '@prometheus-io/client';
import { MetricsController } from './metrics.controller.js';
import { RequestCount } from './request-count.js';
import { RevocationFigures } from './revocation-figures.js';

/** What a service tells Prometheus of itself. Whoever adds a figure injects the `Registry`. */
@Module({
  controllers: [MetricsController],
  providers: [{ provide: Registry, useFactory: () => new Registry() }, RequestCount, RevocationFigures],
  exports: [Registry],
})
export class MetricsModule {}
