import { Controller, Get, Logger, ServiceUnavailableException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { KeyReadiness, Public, RevocationFeeds } from '@waybill/auth';
import { DatabaseHealth, databaseReason } from '@waybill/database';
import { EdgeAdapter } from '../edge/index.js';
import { ProblemException } from '../problems/index.js';

/** Says whether the service lives, and whether it can serve: its own database answers, and it can judge tokens. */
@Public()
@Controller('health')
export class HealthController {
  private readonly logger = new Logger('Health');

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseHealth,
    private readonly keys: KeyReadiness,
    private readonly feeds: RevocationFeeds,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** 200 while the process serves, whatever it depends on. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** 200 once and while requests can be served, else 503 naming what is down. */
  @Get('ready')
  async ready(): Promise<HealthCheckResult> {
    if (this.ending) throw notReady('The service is shutting down.');
    try {
      return await this.health.check([
        () => this.databaseAnswers(),
        () => this.keysObtained(),
        () => this.revocationsObtained(),
      ]);
    } catch (error) {
      throw error instanceof ServiceUnavailableException ? unavailable(error) : error;
    }
  }

  private async databaseAnswers() {
    const indicator = this.indicators.check('database');
    try {
      await this.database.ping();
      return indicator.up();
    } catch (error) {
      this.logger.warn(`the database does not answer: ${databaseReason(error)}`);
      return indicator.down();
    }
  }

  private get ending(): boolean {
    const { httpAdapter } = this.adapterHost;
    return httpAdapter instanceof EdgeAdapter && httpAdapter.ending;
  }

  private keysObtained() {
    const indicator = this.indicators.check('verificationKeys');
    return this.keys.obtained() ? indicator.up() : indicator.down();
  }

  /** The first snapshot only: a feed that is away later closes the sensitive routes, and leaves the others open. */
  private revocationsObtained() {
    const indicator = this.indicators.check('revocations');
    return this.feeds.obtained() ? indicator.up() : indicator.down();
  }
}

function unavailable(error: ServiceUnavailableException): ProblemException {
  const { details = {} } = error.getResponse() as HealthCheckResult;
  const down = Object.keys(details).filter((name) => details[name]?.status !== 'up');
  return notReady(`Not there yet: ${down.join(', ')}.`, { details });
}

function notReady(detail: string, extensions: Record<string, unknown> = {}): ProblemException {
  return new ProblemException(503, 'not_ready', 'The service is not ready', detail, extensions, { 'Retry-After': '1' });
}
