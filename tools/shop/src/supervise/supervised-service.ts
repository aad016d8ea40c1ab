import { setTimeout as delay } from 'node:timers/promises';
import { LastWords } from './last-words.js';
import { type Exit, type Launched, launch } from './launch.js';
import { ready } from './readiness.js';

/** What is to be kept running: a program, and the address at which it says that it is ready. */
export interface Program {
  name: string;
  file: string;
  url: string;
  /** Its environment; a function gives each of its lives one of its own. */
  env: NodeJS.ProcessEnv | (() => NodeJS.ProcessEnv);
  /** What to wait for before it is started for the first time. */
  after?: Promise<void> | undefined;
  /** How its deaths are taken; as `npm start` takes them if absent. */
  patience?: Patience | undefined;
}

/** How deaths are taken. */
export interface Patience {
  /** This many in a row, before it was ready, end the supervision. */
  deaths: number;
  /** How long to wait before it is started again, seconds. `deaths`: so many in a row before it was ready. */
  backOffSeconds(deaths: number): number;
}

/** Hears what happens to a service. */
export interface Observer {
  /** A line that the service wrote. */
  line(service: string, line: string): void;
  /** A line about the service. */
  news(service: string, line: string): void;
  /** A process of it was started. */
  started?(service: string): void;
  /** It was seen to be ready, once for each of its lives. */
  ready?(service: string): void;
  /** A process of it has ended, however that came. */
  died?(service: string, exit: Exit): void;
}

/** A service cannot be kept running. The message is what the service itself said, or how it died. */
export class ServiceFailure extends Error {
  override name = 'ServiceFailure';
}

const usualPatience: Patience = { deaths: 5, backOffSeconds: (deaths) => Math.min(8, 0.25 * 2 ** deaths) };

interface Life {
  exit: Exit;
  wasReady: boolean;
}

/** Keeps one program running: starts it again, with back-off, when it dies, until five deaths before it was ready. */
export class SupervisedService {
  private readonly stopping = new AbortController();
  private readonly readyOnce = Promise.withResolvers<void>();
  private readonly lastWords: LastWords;
  private readonly patience: Patience;
  private process: Launched | undefined;
  private wasEverReady = false;
  private readonly stopped = new Promise<void>((resolve) =>
    this.stopping.signal.addEventListener('abort', () => resolve()),
  );

  /** Resolves when the service was ready for the first time. */
  readonly ready = this.readyOnce.promise;
  /** Resolves after {@link stop}; rejects with a {@link ServiceFailure} when the service cannot be kept running. */
  readonly ended: Promise<void>;

  constructor(
    private readonly program: Program,
    private readonly observer: Observer,
  ) {
    this.patience = program.patience ?? usualPatience;
    this.lastWords = new LastWords((line) => observer.line(program.name, line));
    this.ended = this.keepRunning();
  }

  /** Sends a signal to the process, if there is one. */
  kill(signal: NodeJS.Signals): void {
    this.process?.kill(signal);
  }

  /** Stops the process and starts no other. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.process?.stop();
  }

  private async keepRunning(): Promise<void> {
    let deaths = 0;
    await Promise.race([this.program.after, this.stopped]);
    while (!this.stopping.signal.aborted) {
      const life = await this.liveOnce();
      if (this.stopping.signal.aborted) return this.sayFarewell();
      deaths = life.wasReady ? 0 : deaths + 1;
      this.giveUpIfHopeless(life, deaths);
      await this.backOff(life.exit, deaths);
    }
  }

  /** One that was stopped before it was ready was stopped because of another, and has nothing to add. */
  private sayFarewell(): void {
    if (this.wasEverReady) this.lastWords.release();
    else this.lastWords.take();
  }

  private async liveOnce(): Promise<Life> {
    const { name, file, env, url } = this.program;
    const process = launch(file, typeof env === 'function' ? env() : env, {
      stdout: (line) => this.observer.line(name, line),
      stderr: (line) => this.lastWords.hear(line),
    });
    this.process = process;
    this.observer.started?.(name);
    const wasReady = await Promise.race([this.becomesReady(process), process.exited.then(() => false)]);
    if (wasReady) {
      this.observer.news(name, `ready at ${url}`);
      this.observer.ready?.(name);
      this.wasEverReady = true;
      this.readyOnce.resolve();
    }
    const exit = await process.exited;
    this.process = undefined;
    this.observer.died?.(name, exit);
    return { exit, wasReady };
  }

  private becomesReady(process: Launched): Promise<boolean> {
    const { name, url } = this.program;
    const over = new AbortController();
    void process.exited.then(() => over.abort());
    return ready(url, over.signal, (answer) => this.observer.news(name, `not ready yet: ${answer}`)).then(
      () => true,
      () => false,
    );
  }

  private giveUpIfHopeless({ exit, wasReady }: Life, deaths: number): void {
    const words = this.lastWords.take();
    if (!this.wasEverReady && explains(this.program.name, exit, words)) throw new ServiceFailure(words.join('\n'));
    if (!wasReady && deaths === this.patience.deaths) {
      const ending = `${this.program.name} died ${deaths} times before it was ready (${howItEnded(exit)})`;
      throw new ServiceFailure([ending, ...words].join('\n'));
    }
    for (const line of words) this.observer.line(this.program.name, line);
  }

  private async backOff(exit: Exit, deaths: number): Promise<void> {
    const seconds = this.patience.backOffSeconds(deaths);
    this.observer.news(this.program.name, `died (${howItEnded(exit)}), starting it again in ${seconds} s`);
    await delay(seconds * 1000, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/**
 * A service that cannot start as configured says why in lines that begin with its name, and exits with status 1. Starting
 * it again would not help. A crash leaves a stack instead, or nothing.
 */
function explains(name: string, { code }: Exit, words: readonly string[]): boolean {
  return code === 1 && words.length > 0 && words.every((line) => line.startsWith(`${name}: `));
}

function howItEnded({ code, signal }: Exit): string {
  return signal ?? `exit code ${code}`;
}
