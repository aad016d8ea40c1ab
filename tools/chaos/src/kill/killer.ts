import type { Exit, ServiceName } from '@waybill/shop';
import type { Lives, Replica } from '../deployment/index.js';
import { Random } from '../seed/random.js';
import { type LifePlan, lifePlan, type Pace } from './life-plan.js';

/** A death that was brought about: by SIGKILL from outside, or by the process itself at a crash point. */
export interface Death {
  readonly name: string;
  readonly cause: 'signal' | 'signal while booting' | string;
}

/** How long a process was away. */
export interface Restart {
  readonly name: string;
  /** From its death until it was ready again, milliseconds. */
  readonly ms: number;
}

interface Life {
  readonly plan: LifePlan | undefined;
  timer?: NodeJS.Timeout;
  wasReady: boolean;
  killed: boolean;
}

/** What a killer is told. */
export interface KillerOptions {
  seed: number;
  pace: Pace;
  /** What makes a service fail from within, for as long as there are faults. */
  faults: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
  kill(name: string): void;
}

/** Kills processes as the seed says: what becomes of the n-th life of a process is planned, the moment is not. */
export class Killer implements Lives {
  readonly deaths: Death[] = [];
  readonly restarts: Restart[] = [];
  /** Deaths that nobody brought about, such as `order: exit code 1`. */
  readonly surprises: string[] = [];

  private calm = true;
  private readonly plans = new Map<string, Random>();
  private readonly lives = new Map<string, Life>();
  private readonly diedAt = new Map<string, number>();

  constructor(private readonly options: KillerOptions) {}

  /** Begins to kill, those first who are there already. */
  rouse(): void {
    this.calm = false;
    const end = { since: 'ready', afterMs: this.options.pace.uptimeMs[1] } as const;
    for (const [name, life] of this.lives) {
      this.lives.set(name, { ...life, plan: { end, everybody: false } });
      if (life.wasReady) this.schedule(name, 'ready');
    }
  }

  /** Kills nobody from now on. A crash point stays armed until its process is started anew. */
  rest(): void {
    this.calm = true;
    for (const { timer } of this.lives.values()) clearTimeout(timer);
  }

  begin({ name, service }: Replica): NodeJS.ProcessEnv {
    const random = this.plans.get(name) ?? new Random(this.options.seed, `lives of ${name}`);
    this.plans.set(name, random);
    const plan = this.calm ? undefined : lifePlan(random, service, this.options.pace);
    this.lives.set(name, { plan, wasReady: false, killed: false });
    return {
      ...this.faultsOf(service),
      ...(plan?.armed && { CRASH_POINT: `${plan.armed.point}:${plan.armed.probability}` }),
    };
  }

  started({ name }: Replica): void {
    this.schedule(name, 'start');
  }

  ready({ name }: Replica): void {
    const life = this.lives.get(name);
    if (life) life.wasReady = true;
    const diedAt = this.diedAt.get(name);
    if (diedAt !== undefined) this.restarts.push({ name, ms: Date.now() - diedAt });
    this.schedule(name, 'ready');
  }

  died({ name }: Replica, exit: Exit): void {
    const life = this.lives.get(name);
    clearTimeout(life?.timer);
    this.diedAt.set(name, Date.now());
    if (exit.signal === 'SIGKILL' && life?.killed) this.deaths.push({ name, cause: causeOf(life) });
    else if (exit.signal === 'SIGKILL' && life?.plan?.armed) this.deaths.push({ name, cause: life.plan.armed.point });
    else if (!this.wasStopped(exit)) this.surprises.push(`${name}: ${exit.signal ?? `exit code ${exit.code}`}`);
  }

  /** Told to stop it ends with 0, or of the signal where it was not that far yet. */
  private wasStopped({ code, signal }: Exit): boolean {
    return this.calm && (code === 0 || signal === 'SIGTERM');
  }

  private faultsOf(service: ServiceName): NodeJS.ProcessEnv {
    return this.calm ? {} : (this.options.faults[service] ?? {});
  }

  private schedule(name: string, since: 'start' | 'ready'): void {
    const life = this.lives.get(name);
    if (this.calm || life?.plan?.end.since !== since) return;
    const { end, everybody } = life.plan;
    life.timer = setTimeout(() => this.strike(everybody ? [...this.lives.keys()] : [name]), end.afterMs);
  }

  private strike(names: readonly string[]): void {
    for (const name of names) {
      const life = this.lives.get(name);
      if (life) life.killed = true;
      this.options.kill(name);
    }
  }
}

function causeOf({ wasReady }: Life): string {
  return wasReady ? 'signal' : 'signal while booting';
}
