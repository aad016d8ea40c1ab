import { type INestApplicationContext, Logger } from '@nestjs/common';
import { httpAddress, type ServiceConfig, type ServiceName } from '../configuration/index.js';
import { bootFailure } from './boot-failure.js';
import { armCrashPoints } from './crash-point.js';
import { type AppModule, createService } from './create-service.js';
import { Ending } from './ending.js';

/**
 * Runs a service until SIGTERM or SIGINT ends it (exit status 0). If it cannot start, says why on standard error and
 * ends the process with exit status 1.
 *
 * @param configure reads the configuration; what it throws is a failure to start
 * @example await runService('order', orderConfig, (config) => OrderModule.forRoot(config));
 */
export async function runService<Config extends ServiceConfig>(
  service: ServiceName,
  configure: () => Config,
  app: (config: Config) => AppModule,
): Promise<void> {
  const ending = new Ending();
  try {
    armCrashPoints(process.env);
    const config = configure();
    ending.listens(await listen(config, app(config)));
  } catch (error) {
    process.stderr.write(bootFailure(service, error));
    process.exit(1);
  }
}

async function listen(config: ServiceConfig, app: AppModule): Promise<INestApplicationContext> {
  const application = await createService(config, app);
  await application.listen(config.port, config.host);
  new Logger('Service').log(`listens on ${httpAddress(config.host, config.port)}`);
  return application;
}
