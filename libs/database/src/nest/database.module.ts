import { ConfigurableModuleBuilder, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { DatabaseOptions, OpenDatabase } from '../database.js';
import { Jobs } from '../jobs/index.js';
import { openDatabase } from '../open-database.js';
import { DatabaseHealth, OPEN_DATABASE } from './database.health.js';
import { DATABASE } from './inject-database.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<DatabaseOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

/**
 * The service's database for the whole application: opened and migrated before any provider that injects it exists,
 * closed after the last request was answered. The boot fails with a `DatabaseError` where it cannot be opened.
 */
@Module({
  providers: [
    {
      provide: OPEN_DATABASE,
      useFactory: (options: DatabaseOptions) => openDatabase(options),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    { provide: DATABASE, useFactory: (open: OpenDatabase) => open.db, inject: [OPEN_DATABASE] },
    DatabaseHealth,
    Jobs,
  ],
  exports: [DATABASE, DatabaseHealth, Jobs],
})
export class DatabaseModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(OPEN_DATABASE) private readonly open: OpenDatabase) {
    super();
  }

  /** @internal */
  async onApplicationShutdown(): Promise<void> {
    await this.open.close();
  }
}
