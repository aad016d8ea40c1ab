import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LogFolder, PostgresServer } from '@waybill/chaos';
import { demoPassword } from '@waybill/contracts';
import { entryPoint, freePort, type ServiceName, SupervisedService } from '@waybill/shop';
import { RedisServer } from './redis-server.js';
import { Wire } from './wire.js';

/** On what the services keep their data. */
export type DatabaseKind = 'embedded' | 'postgres';

/** A process on the stage. `auth-2` is a second replica of auth, on PostgreSQL only. */
export type Actor = ServiceName | 'auth-2';

/** How long a killed process stays away, seconds. */
export const awaySeconds: Readonly<Record<Actor, number>> = { auth: 8, 'auth-2': 8, order: 1, payment: 1 };

const compileCache = join(import.meta.dirname, '../../../../node_modules/.cache/waybill-measure');

/**
 * The shop as real processes. Order hears of revocations over a wire that can be cut; with PostgreSQL there are two replicas
 * of auth, and order hears from the one that is asked for nothing else.
 */
export class Stage {
  private readonly services = new Map<Actor, SupervisedService>();
  private readonly readiness = new Map<Actor, PromiseWithResolvers<void>>();
  private readonly failure = Promise.withResolvers<never>();

  private constructor(
    readonly kind: DatabaseKind,
    private readonly folder: string,
    private readonly ports: Readonly<Record<Actor, number>>,
    /** The way on which order hears of revocations. */
    readonly wire: Wire,
    /** Absent where Redis is not installed. */
    readonly redis: RedisServer | undefined,
    private readonly postgres: PostgresServer | undefined,
    readonly logs: LogFolder,
  ) {
    this.failure.promise.catch(() => {}); // whoever waits for a process hears it
  }

  /** Starts everything; resolves when all are ready. */
  static async set(kind: DatabaseKind, folder: string): Promise<Stage> {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o711); // PostgreSQL may run as another user
    const ports = {
      auth: await freePort(),
      'auth-2': await freePort(),
      order: await freePort(),
      payment: await freePort(),
    };
    const heardFrom = kind === 'postgres' ? 'auth-2' : 'auth';
    const [wire, redis] = await Promise.all([Wire.to(ports[heardFrom]), RedisServer.start()]);
    const postgres =
      kind === 'postgres'
        ? await PostgresServer.start(join(folder, 'postgres'), ['auth', 'order', 'payment'])
        : undefined;
    const stage = new Stage(kind, folder, ports, wire, redis, postgres, new LogFolder(join(folder, 'logs')));
    stage.logs.forbid(demoPassword);
    try {
      await stage.raise();
    } catch (error) {
      await stage.strike();
      throw error;
    }
    return stage;
  }

  urlOf(service: ServiceName): string {
    return `http://127.0.0.1:${this.ports[service]}`;
  }

  /** Kills a process. It comes back by itself after {@link awaySeconds}; resolves when it is ready again. */
  async kill(actor: Actor): Promise<void> {
    const back = Promise.withResolvers<void>();
    this.readiness.set(actor, back);
    this.services.get(actor)?.kill('SIGKILL');
    await Promise.race([back.promise, this.failure.promise]);
  }

  /** Kills every process of auth. */
  async killAuth(): Promise<void> {
    await Promise.all(
      [...this.services.keys()].filter((actor) => serviceOf(actor) === 'auth').map((actor) => this.kill(actor)),
    );
  }

  /** Ends everything; the folder stays. */
  async strike(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.stop()));
    this.wire.close();
    await Promise.all([this.redis?.stop(), this.postgres?.stop()]);
    await this.logs.close();
  }

  private async raise(): Promise<void> {
    const { ready } = this.supervise('auth');
    if (this.kind === 'postgres') this.supervise('auth-2', ready);
    for (const actor of ['order', 'payment'] as const) this.supervise(actor, ready);
    await Promise.race([Promise.all([...this.services.values()].map((each) => each.ready)), this.failure.promise]);
  }

  private supervise(actor: Actor, after?: Promise<void>): SupervisedService {
    const patience = { deaths: 3, backOffSeconds: () => awaySeconds[actor] };
    const url = `http://127.0.0.1:${this.ports[actor]}`;
    const program = {
      name: actor,
      file: entryPoint(serviceOf(actor)),
      url,
      env: this.environmentOf(actor),
      after,
      patience,
    };
    const service = new SupervisedService(program, {
      line: (_, line) => this.logs.write(actor, line),
      news: (_, line) => this.logs.write(actor, `— ${line}`),
      ready: () => this.readiness.get(actor)?.resolve(),
    });
    this.services.set(actor, service);
    service.ended.catch((failure) => this.failure.reject(failure));
    return service;
  }

  /** Nothing of our own surroundings but what any program needs: no run may find its way to anybody's real database. */
  private environmentOf(actor: Actor): NodeJS.ProcessEnv {
    const { PATH, HOME, TMPDIR } = process.env;
    const { auth, order, payment } = this.ports;
    return {
      PATH,
      HOME,
      TMPDIR,
      NODE_COMPILE_CACHE: compileCache,
      WAYBILL_DATA_DIR: join(this.folder, 'data'),
      AUTH_PORT: String(auth),
      ORDER_PORT: String(order),
      PAYMENT_PORT: String(payment),
      AUTH_ISSUER: this.urlOf('auth'),
      ...(actor === 'auth-2' && { PORT: String(this.ports[actor]) }),
      ...(actor === 'order' && { SECURITY_EVENTS_URL: `${this.wire.url}/security-events` }),
      ...(this.redis && { REDIS_URL: this.redis.url }),
      ...(this.postgres && { DATABASE_URL: this.postgres.urlOf(serviceOf(actor)) }),
    };
  }
}

function serviceOf(actor: Actor): ServiceName {
  return actor === 'auth-2' ? 'auth' : actor;
}
