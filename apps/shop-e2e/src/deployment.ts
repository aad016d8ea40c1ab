import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@waybill/database';
import type { TestDatabase, TestDatabaseKind } from '@waybill/database/testing';
import { freePorts, type PerService, type ServiceName, type Shop, startShop } from '@waybill/shop';

const apps = join(import.meta.dirname, '../..');

/** A place where the shop runs: ports, a data folder, and a database for each service. It outlives the processes. */
export class Deployment {
  /** All that the services wrote, and all that the supervisor said of them. */
  readonly log: string[] = [];

  private constructor(
    readonly dataDir: string,
    private readonly ports: PerService<number>,
    private readonly databases: PerService<TestDatabase>,
    private readonly redisUrl: string | null,
    private readonly settings: NodeJS.ProcessEnv,
  ) {}

  /**
   * Prepares a place on one kind of database; with PostgreSQL come Redis and a server, with the embedded one neither.
   * `settings` are variables of the environment, beside those that say where everything is.
   */
  static async prepare(
    kind: TestDatabaseKind,
    redisUrl: string | null,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<Deployment> {
    const dataDir = await mkdtemp(join(tmpdir(), 'waybill-e2e-'));
    const [auth, order, payment] = [await kind.create(), await kind.create(), await kind.create()];
    const shared = kind.kind === 'postgres' ? redisUrl : null;
    return new Deployment(dataDir, await freePorts(), { auth, order, payment }, shared, settings);
  }

  /** Starts the shop, with further variables of the environment; every time at the same addresses. */
  start(variables: NodeJS.ProcessEnv = {}): Promise<Shop> {
    const observer = {
      line: (service: string, line: string) => void this.log.push(`${service} ${line}`),
      news: (service: string, line: string) => void this.log.push(`${service} ${line}`),
    };
    return startShop({
      env: { ...this.environment(), ...variables },
      ports: this.ports,
      dataDir: this.dataDir,
      observer,
    });
  }

  /** Reads a service's tables as they are on the disk. The embedded database has to be at rest. */
  async query(service: ServiceName, statement: string): Promise<Record<string, unknown>[]> {
    const { url } = this.databases[service];
    const folder = join(this.dataDir, service);
    const migrationsFolder = join(apps, service, 'migrations');
    const database = await openDatabase({ name: 'e2e', schema: {}, migrationsFolder, folder, url });
    try {
      const { rows } = (await database.db.execute(statement)) as unknown as { rows: Record<string, unknown>[] };
      return rows;
    } finally {
      await database.close();
    }
  }

  async remove(): Promise<void> {
    for (const database of Object.values(this.databases)) await database.drop();
    await rm(this.dataDir, { recursive: true });
  }

  private environment(): NodeJS.ProcessEnv {
    const { auth, order, payment } = this.databases;
    return {
      PATH: process.env.PATH,
      LOG_LEVEL: 'trace',
      ...(auth.url && { AUTH_DATABASE_URL: auth.url }),
      ...(order.url && { ORDER_DATABASE_URL: order.url }),
      ...(payment.url && { PAYMENT_DATABASE_URL: payment.url }),
      ...(this.redisUrl && { REDIS_URL: this.redisUrl }),
      ...this.settings,
    };
  }
}
