import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoPassword } from '@waybill/contracts';
import { entryPoint, portVariable, type ServiceName, SupervisedService } from '@waybill/shop';
import { addShoppers, type People, refunder, shopper } from './accounts.js';
import { LogFolder } from './log-folder.js';
import { PostgresServer } from './postgres-server.js';
import { type DatabaseKind, firstOf, type Lives, type Replica } from './replica.js';
import { readTables, type Tables } from './tables.js';

/** What a deployment is to be. */
export interface DeploymentOptions {
  kind: DatabaseKind;
  replicas: readonly Replica[];
  /** Where its data goes; made where it is missing. */
  folder: string;
  /** Who may shop besides the demo's shopper. */
  shoppers: readonly string[];
  /** Settings of a service, besides those that place it. */
  settings: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
}

/** They are meant to die: a start follows at once, and only what never comes up ends the run. */
const patience = { deaths: 40, backOffSeconds: () => 0.02 };

/** Beyond the folder of a run, so that each run finds what the one before compiled. */
const compileCache = join(import.meta.dirname, '../../../../node_modules/.cache/waybill-chaos');

/** The services as processes: where they are, what they write, and how they are started, signalled and stopped. */
export class Deployment {
  private services = new Map<string, SupervisedService>();
  private failure = Promise.withResolvers<never>();

  private constructor(
    private readonly options: DeploymentOptions,
    readonly logs: LogFolder,
    /** Only on PostgreSQL. */
    readonly server: PostgresServer | undefined,
  ) {
    this.failure.promise.catch(() => {}); // whoever waits for the run hears it
  }

  /** Makes the place; nothing runs yet but the PostgreSQL server. */
  static async prepare(options: DeploymentOptions): Promise<Deployment> {
    const { kind, folder } = options;
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o711); // PostgreSQL may run as another user
    const server =
      kind === 'postgres'
        ? await PostgresServer.start(join(folder, 'postgres'), ['auth', 'order', 'payment'])
        : undefined;
    return new Deployment(options, new LogFolder(join(folder, 'logs')), server);
  }

  /** Rejects when a service cannot be kept running. */
  get failed(): Promise<never> {
    return this.failure.promise;
  }

  /** Adds the people who shop. Auth must not be running. */
  async people(signal: AbortSignal): Promise<People> {
    const added = await addShoppers(
      this.options.shoppers,
      this.environment(firstOf(this.options.replicas, 'auth')),
      signal,
    );
    this.logs.forbid(demoPassword, ...added.map(({ password }) => password));
    return { shoppers: [shopper, ...added], refunder };
  }

  /** Starts every process and resolves when all are ready. Rejects with a `ServiceFailure`. */
  async start(lives: Lives): Promise<void> {
    const auth = this.supervise(firstOf(this.options.replicas, 'auth'), lives);
    for (const replica of this.options.replicas.filter(({ service }) => service !== 'auth'))
      this.supervise(replica, lives, auth.ready);
    await Promise.race([Promise.all([...this.services.values()].map(({ ready }) => ready)), this.failed]);
    this.logs.forbid(...(await this.developmentKeys()));
  }

  /** Sends a signal to a process, which is started again when it dies of it. */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    this.services.get(name)?.kill(signal);
  }

  /** Stops every process; the PostgreSQL server stays, to be read. */
  async stop(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.stop()));
  }

  /** Stops what is still there; the folder stays. */
  async close(): Promise<void> {
    await this.stop();
    await this.server?.stop();
    await this.logs.close();
  }

  /** Reads tables of one service from outside; the service has to be stopped. */
  read(service: ServiceName, names: readonly string[]): Promise<Tables> {
    return readTables({ service, folder: join(this.dataDir, service), url: this.server?.urlOf(service) }, names);
  }

  private supervise(replica: Replica, lives: Lives, after?: Promise<void>): SupervisedService {
    const { name, service, url } = replica;
    const env = () => ({ ...this.environment(replica), ...lives.begin(replica) });
    const supervised = new SupervisedService(
      { name, file: entryPoint(service), url, env, after, patience },
      {
        line: (_, line) => this.logs.write(name, line),
        news: (_, line) => this.logs.write(name, `— ${line}`),
        started: () => lives.started(replica),
        ready: () => lives.ready(replica),
        died: (_, exit) => lives.died(replica, exit),
      },
    );
    this.services.set(name, supervised);
    supervised.ended.catch((failure) => this.failure.reject(failure));
    return supervised;
  }

  /** Nothing of our own surroundings but what any program needs: a run must not find its way to anybody's real database. */
  private environment(replica: Replica): NodeJS.ProcessEnv {
    const { PATH, HOME, TMPDIR } = process.env;
    const { replicas, settings } = this.options;
    const places = [firstOf(replicas, 'auth'), firstOf(replicas, 'order'), firstOf(replicas, 'payment'), replica];
    const url = this.server?.urlOf(replica.service);
    return {
      PATH,
      HOME,
      TMPDIR,
      NODE_COMPILE_CACHE: compileCache,
      WAYBILL_DATA_DIR: this.dataDir,
      ...Object.fromEntries(places.map(({ service, port }) => [portVariable(service), String(port)])),
      ...(url && { DATABASE_URL: url }),
      ...settings[replica.service],
    };
  }

  private get dataDir(): string {
    return join(this.options.folder, 'data');
  }

  /** The secrets that the services made up for development: none of them may stand in a log. */
  private async developmentKeys(): Promise<string[]> {
    const text = await readFile(join(this.dataDir, 'development-keys.json'), 'utf8');
    return stringsIn(JSON.parse(text));
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
