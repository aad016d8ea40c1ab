import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, type Observer, type PerService, type ServiceName, serviceNames, startShop } from '@waybill/shop';
import pg from 'pg';

/** What of whom is measured. */
export interface StartOptions {
  /** How often each service is killed. */
  readonly deaths: number;
  /** A PostgreSQL server on which databases may be made and dropped; absent: the embedded databases. */
  readonly postgresUrl?: string | undefined;
}

/** For so long a service is left alone before it is killed again, milliseconds. */
const restMs = 1_500;

/**
 * Prints how long each service takes from its process's start until it is ready, after it was killed (SIGKILL) in the midst
 * of the running shop. Readiness is asked for every 100 ms.
 */
export async function measureStart({ deaths, postgresUrl }: StartOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-start-'));
  const lives = new Lives();
  const databases = await makeDatabases(postgresUrl);
  const env = { ...process.env, ...databases.env };
  const ports = await freePorts();
  const shop = await startShop({ env, ports, dataDir: folder, observer: lives });
  try {
    lives.forget();
    for (let death = 0; death < deaths; death += 1)
      for (const service of serviceNames) {
        const again = lives.next(service);
        shop.kill(service);
        await again;
        await delay(restMs);
      }
  } finally {
    await shop.stop();
    await databases.drop();
    await rm(folder, { recursive: true, force: true });
  }
  print(lives, deaths, postgresUrl ? 'PostgreSQL' : 'embedded databases');
}

/** A database for each service, and the variables that name them. */
async function makeDatabases(server: string | undefined): Promise<{ env: NodeJS.ProcessEnv; drop(): Promise<void> }> {
  if (server === undefined) return { env: {}, drop: async () => {} };
  const nameOf = (service: ServiceName) => `waybill_start_${service}_${process.pid}`;
  const run = async (statement: (name: string) => string) => {
    const client = new pg.Client(server);
    await client.connect();
    for (const service of serviceNames) await client.query(statement(nameOf(service)));
    await client.end();
  };
  await run((name) => `create database ${name}`);
  const urlOf = (service: ServiceName) => Object.assign(new URL(server), { pathname: `/${nameOf(service)}` }).href;
  const env = Object.fromEntries(
    serviceNames.map((service) => [`${service.toUpperCase()}_DATABASE_URL`, urlOf(service)]),
  );
  return { env, drop: () => run((name) => `drop database if exists ${name} with (force)`) };
}

/** How long each life of each service took to get ready. */
class Lives implements Observer {
  readonly startsMs: PerService<number[]> = { auth: [], order: [], payment: [] };
  private readonly startedAt = new Map<string, number>();
  private readonly waiting = new Map<string, () => void>();

  line(): void {}
  news(): void {}

  started(service: string): void {
    this.startedAt.set(service, performance.now());
  }

  ready(service: string): void {
    const startedAt = this.startedAt.get(service) ?? Number.NaN;
    this.startsMs[service as ServiceName].push(performance.now() - startedAt);
    this.waiting.get(service)?.();
  }

  /** The first start makes databases, and is another thing. */
  forget(): void {
    for (const service of serviceNames) this.startsMs[service].length = 0;
  }

  /** Resolves when the service is ready the next time. */
  next(service: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(service, resolve));
  }
}

function print({ startsMs }: Lives, deaths: number, where: string): void {
  console.log(`From process start to ready after SIGKILL, ${deaths} deaths of each service, ${where}:`);
  for (const service of serviceNames) {
    const sorted = startsMs[service].toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
    console.log(`${service.padEnd(8)} median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
  }
}
