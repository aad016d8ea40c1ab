import { setTimeout as delay } from 'node:timers/promises';
import { type Books, booksOf, check, orderTables, paymentTables, type Violation } from './check/index.js';
import { Deployment, firstOf, placeReplicas, type Replica, replicasOf } from './deployment/index.js';
import { type Healing, heal } from './heal/index.js';
import { Killer, restartServer, type ServerRestarts } from './kill/index.js';
import { Crowd, History } from './load/index.js';
import { FaultyProxy } from './proxy/index.js';
import { Random } from './seed/random.js';
import { type ChaosOptions, crowd, faultsWithin, pace, paymentTimeoutMs, settings } from './setting.js';

/** What came of a run. */
export interface ChaosRun {
  readonly options: ChaosOptions;
  /** How long the faults lasted, seconds. */
  readonly seconds: number;
  readonly history: History;
  readonly books: Books;
  readonly healing: Healing;
  readonly killer: Killer;
  readonly proxy: FaultyProxy;
  readonly serverRestarts: ServerRestarts;
  readonly violations: readonly Violation[];
}

/**
 * Runs the shop while everything fails that can, lets it heal, and holds what the clients were told against what the
 * services keep. Leaves no process; the folder stays. Rejects with a `ServiceFailure` where a service cannot be kept
 * running, and with the signal's reason when that is aborted.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosRun> {
  const { kind, folder, seed, authority } = options;
  const replicas = await placeReplicas(kind);
  const proxy = await FaultyProxy.start({
    target: firstOf(replicas, 'payment').url,
    random: new Random(seed, 'proxy'),
    timeoutMs: paymentTimeoutMs,
  });
  const told = settings(proxy.url, authority);
  const deployment = await Deployment.prepare({ kind, folder, replicas, shoppers: crowd.newcomers, settings: told });
  try {
    const run = new Chaos(options, replicas, proxy, deployment).run();
    return await Promise.race([run, aborted(options.signal)]);
  } finally {
    await deployment.close();
    await proxy.close();
  }
}

/** Never resolves. Rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

const newsEveryMs = 10_000;
const lookEveryMs = 200;
/** A customer's thinking between two errands, milliseconds at most; longer while orders are ahead of kills. */
const thinking = { usual: 60, ahead: 600 };

class Chaos {
  private readonly history = new History();
  private readonly serverRestarts: ServerRestarts = { immediate: 0, fast: 0 };
  private readonly killer: Killer;

  constructor(
    private readonly options: ChaosOptions,
    private readonly replicas: readonly Replica[],
    private readonly proxy: FaultyProxy,
    private readonly deployment: Deployment,
  ) {
    const { seed } = options;
    this.killer = new Killer({ seed, pace, faults: faultsWithin, kill: (name) => deployment.kill(name) });
  }

  async run(): Promise<ChaosRun> {
    const { say, seed } = this.options;
    say('starting the services');
    const everybody = await this.openTheShop();
    const seconds = await this.rage(everybody);
    say('healing: the faults end, and every process is started anew');
    await this.deployment.stop();
    await this.deployment.start(this.killer);
    const healing = await heal({ ...everybody, seed });
    say('stopping the services and reading their data');
    await this.deployment.stop();
    return this.judge(seconds, healing);
  }

  private async openTheShop(): Promise<Crowd> {
    const people = await this.deployment.people(this.options.signal);
    await this.deployment.start(this.killer);
    const urlsOf = (service: Replica['service']) => replicasOf(this.replicas, service).map(({ url }) => url);
    const [auth = '', payment = ''] = [...urlsOf('auth'), ...urlsOf('payment')];
    return new Crowd({
      people,
      customers: crowd.customers,
      seed: this.options.seed,
      urls: { auth, payment, orders: urlsOf('order') },
      history: this.history,
      onSecret: (...secrets) => this.deployment.logs.forbid(...secrets),
      thinkMs: () => (this.isAhead() ? thinking.ahead : thinking.usual),
      signal: this.options.signal,
    });
  }

  /** Lets everything fail until enough has; then nothing does any more. Gives the seconds that it took. */
  private async rage(everybody: Crowd): Promise<number> {
    const enough = new AbortController();
    const signal = AbortSignal.any([enough.signal, this.options.signal]);
    const beganAt = Date.now();
    const { server } = this.deployment;
    this.killer.rouse();
    const restarts =
      server && restartServer(server, new Random(this.options.seed, 'server'), this.serverRestarts, signal);
    const work = Promise.all([
      everybody.shop(signal),
      restarts,
      this.watch(beganAt, signal).then(() => enough.abort()),
    ]);
    await Promise.race([work, this.deployment.failed]).finally(() => enough.abort());
    this.options.signal.throwIfAborted();
    this.killer.rest();
    await this.proxy.heal();
    return Math.round((Date.now() - beganAt) / 1000);
  }

  private async watch(beganAt: number, signal: AbortSignal): Promise<void> {
    let nextNews = beganAt + newsEveryMs;
    const { orders, kills, minutes = Number.POSITIVE_INFINITY, say } = this.options;
    while (!signal.aborted) {
      await delay(lookEveryMs);
      const killed = this.killer.deaths.length;
      if (this.history.orders >= orders && killed >= kills) return;
      if (Date.now() - beganAt > minutes * 60_000) return say('the time is up');
      if (Date.now() < nextNews) continue;
      nextNews += newsEveryMs;
      const seconds = Math.round((Date.now() - beganAt) / 1000);
      say(`${seconds} s: ${this.history.orders} of ${orders} orders, ${killed} of ${kills} kills`);
    }
  }

  private isAhead(): boolean {
    const { orders, kills } = this.options;
    return this.history.orders / orders > this.killer.deaths.length / kills + 0.02;
  }

  private async judge(seconds: number, healing: Healing): Promise<ChaosRun> {
    const { options, history, killer, proxy, serverRestarts } = this;
    const books = booksOf(
      await this.deployment.read('order', orderTables),
      await this.deployment.read('payment', paymentTables),
    );
    const violations = check({
      attempts: history.attempts,
      readings: history.readings,
      refusedSignIns: history.refusedSignIns,
      books,
      healedAt: healing.healedAt,
      unsettled: healing.unsettled,
      leaks: this.deployment.logs.leaks,
      strays: proxy.strays,
      surprises: killer.surprises,
    });
    return { options, seconds, history, books, healing, killer, proxy, serverRestarts, violations };
  }
}
