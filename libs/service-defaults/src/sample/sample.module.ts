import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceAuthModule } from '@waybill/auth';
import { DatabaseModule } from '@waybill/database';
import type { ServiceConfig } from '../configuration/index.js';
import { DrizzleUsedTokens, UsedTokensModule } from '../used-tokens/index.js';
import { GuardedController, SampleController } from './sample.controller.js';

const migrationsFolder = join(import.meta.dirname, '../../src/sample/migrations');

/** A service that is put together as the apps are. */
@Module({ controllers: [SampleController, GuardedController] })
class SampleModule {}

/** Puts the sample together. */
export function sampleModule({
  guard,
  clientCredentials,
  databaseUrl,
  dataDir,
  service,
}: ServiceConfig): DynamicModule {
  const database = { name: service, schema: {}, migrationsFolder, url: databaseUrl, folder: join(dataDir, service) };
  const serviceAuth = ServiceAuthModule.forRootAsync({
    imports: [UsedTokensModule],
    inject: [DrizzleUsedTokens],
    useFactory: (usedTokens: DrizzleUsedTokens) => ({ ...guard, clientCredentials, usedTokens }),
  });
  return { module: SampleModule, imports: [serviceAuth, DatabaseModule.forRoot(database)] };
}
