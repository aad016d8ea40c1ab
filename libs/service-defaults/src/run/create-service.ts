import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LoggerModule, type Params } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { ServiceConfig } from '../configuration/index.js';
import { fastifyEdge } from '../edge/index.js';
import { createLog, requestLogging, ServiceLogger } from '../logging/index.js';
import { ServiceDefaultsModule } from '../service-defaults.module.js';

/** Its own default matches nothing where middie joins paths with a slash. */
const everyRoute = { path: '/{*path}', method: RequestMethod.ALL };

/** The root module of an app. */
export type AppModule = Type | DynamicModule;

/**
 * Builds a service that does not listen yet: an app's module on Fastify, with everything that the apps share. Rejects
 * with what the app's providers threw.
 *
 * @param logTo where the log goes; standard output if absent. One log per process: nestjs-pino keeps the first.
 */
export async function createService(
  config: ServiceConfig,
  app: AppModule,
  logTo?: DestinationStream,
): Promise<NestFastifyApplication> {
  const log = createLog(config.service, config.logLevel, logTo);
  const logging: Params = { pinoHttp: requestLogging(log), assignResponse: true, forRoutes: [everyRoute] };
  const root = { imports: [LoggerModule.forRoot(logging), ServiceDefaultsModule, app] };
  const options = { logger: new ServiceLogger(logging), rawBody: true, abortOnError: false };
  return NestFactory.create<NestFastifyApplication>(root, fastifyEdge(config, log), options);
}
