import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, type PerService, type ServiceName, serviceNames } from '@waybill/shop';
import { send } from './curl.js';
import { run } from './program.js';

const composeFile = join(import.meta.dirname, '../../../../docker-compose.yml');
const secondsToComeUp = 180;
const secondsToRecover = 60;

/** What of `docker inspect` the checks read. */
export interface Container {
  RestartCount: number;
  State: { ExitCode: number };
  Config: { User: string; Labels: Record<string, string> };
  HostConfig: { ReadonlyRootfs: boolean; CapDrop: string[] | null; Privileged: boolean };
  NetworkSettings: {
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null>;
    Networks: Record<string, unknown>;
  };
}

/** The whole of docker-compose.yml, under a project name and on ports of its own. */
export class Stack {
  readonly project = `waybill-e2e-${randomBytes(3).toString('hex')}`;

  private constructor(
    readonly ports: PerService<number>,
    private readonly signal: AbortSignal,
  ) {}

  /** @param signal ends whatever is under way, except the removal */
  static async prepare(signal: AbortSignal): Promise<Stack> {
    return new Stack(await freePorts(), signal);
  }

  url(service: ServiceName): string {
    return `http://127.0.0.1:${this.ports[service]}`;
  }

  build(): Promise<string> {
    return this.compose('build', '--quiet');
  }

  /** Starts what does not run, and waits until all of it is healthy. */
  up(): Promise<string> {
    return this.compose('up', '--detach', '--wait', '--wait-timeout', `${secondsToComeUp}`);
  }

  stop(): Promise<string> {
    return this.compose('stop');
  }

  /** What the containers wrote; of each only the last lines, if their number is given. */
  logs(lines: number | 'all' = 'all'): Promise<string> {
    return this.compose('logs', '--no-color', '--tail', `${lines}`);
  }

  /** Containers, volumes, networks and images are gone afterwards, also after an interruption. */
  remove(): Promise<string> {
    return run('docker', this.composeArgs('down', '--volumes', '--rmi', 'local', '--timeout', '5'), this.environment());
  }

  /** Runs a program inside a container. */
  exec(service: string, ...command: string[]): Promise<string> {
    return this.compose('exec', '-T', service, ...command);
  }

  /** Waits until a container whose process has died was started again, and all services serve. */
  async recovered(container: string): Promise<void> {
    const restarted = async () => ((await this.containers())[container]?.RestartCount ?? 0) > 0;
    await this.eventually(`${container} is restarted`, restarted);
    for (const service of serviceNames) await this.eventually(`${service} is ready`, () => this.isReady(service));
  }

  /** All containers by service name. */
  async containers(): Promise<Record<string, Container>> {
    const ids = (await this.compose('ps', '--all', '--quiet')).split('\n').filter(Boolean);
    const found: Container[] = JSON.parse(await run('docker', ['inspect', ...ids], { signal: this.signal }));
    return Object.fromEntries(found.map((each) => [each.Config.Labels['com.docker.compose.service'], each]));
  }

  async isInternal(network: string): Promise<boolean> {
    const [found] = JSON.parse(await run('docker', ['network', 'inspect', network], { signal: this.signal }));
    return found.Internal;
  }

  /** A service that has just died refuses connections. */
  private async isReady(service: ServiceName): Promise<boolean> {
    const answer = await send(`${this.url(service)}/health/ready`, { signal: this.signal }).catch(() => undefined);
    return answer?.status === 200;
  }

  private async eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + secondsToRecover * 1000;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`Not within ${secondsToRecover} s: ${what}.`);
      await sleep(250, undefined, { signal: this.signal });
    }
  }

  private compose(...args: string[]): Promise<string> {
    return run('docker', this.composeArgs(...args), { ...this.environment(), signal: this.signal });
  }

  private composeArgs(...args: string[]): string[] {
    return ['compose', '--progress', 'plain', '--project-name', this.project, '--file', composeFile, ...args];
  }

  private environment() {
    const { auth, order, payment } = this.ports;
    return { env: { AUTH_PORT: `${auth}`, ORDER_PORT: `${order}`, PAYMENT_PORT: `${payment}` } };
  }
}
