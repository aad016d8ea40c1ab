import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health/index.js';
import { MetricsModule } from './metrics/index.js';
import { ProblemFilter, validationPipe } from './problems/index.js';

/**
 * What every app shares once it runs: health, metrics, validation and problem details. It comes before the app
 * among the imports of a service: Nest asks filters last to first, and this one takes whatever nobody else has taken.
 */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), MetricsModule],
  controllers: [HealthController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
})
export class ServiceDefaultsModule {}
