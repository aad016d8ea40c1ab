import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { serviceConfig } from '../configuration/index.js';
import { createService } from '../run/index.js';
import { sampleModule } from './sample.module.js';

/** The sample service over HTTP, with an issuer and a database of its own. */
export interface RunningSample {
  url: string;
  issuer: TestIssuer;
  application: NestFastifyApplication;
  /** The lines that were logged so far, parsed. */
  lines(): Record<string, unknown>[];
  /** The log as it was written. */
  log(): string;
  close(): Promise<void>;
}

/** Runs the sample service as `runService` would, in this process; once per test file, for there is one log in a process. */
export async function runSample(variables: NodeJS.ProcessEnv = {}): Promise<RunningSample> {
  const [issuer, database] = await Promise.all([createTestIssuer(), createDatabase()]);
  let log = '';
  const config = serviceConfig(
    'order',
    {},
    {
      TOKEN_ISSUER: issuer.url,
      DATABASE_URL: database.url,
      WAYBILL_DATA_DIR: database.folder,
      ...variables,
    },
  );
  const application = await createService(config, sampleModule(config), {
    write: (text) => {
      log += text;
    },
  });
  await application.listen(0, '127.0.0.1');
  return {
    url: await application.getUrl(),
    issuer,
    application,
    log: () => log,
    lines: () =>
      log
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    close: async () => {
      await application.close();
      await issuer.close();
      await database.drop();
    },
  };
}

/** PostgreSQL where there is one, for it starts sooner. */
function createDatabase(): Promise<TestDatabase> {
  const kind = testDatabases().at(-1);
  if (!kind) throw new Error('there is no kind of database to test with');
  return kind.create();
}
