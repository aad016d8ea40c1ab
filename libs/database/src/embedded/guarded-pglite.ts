import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExecProtocolOptions, PGlite, type PGliteOptions, type Transaction } from '@electric-sql/pglite';
import { fatalReasonOfError, fatalReasonOfLine } from './fatal.js';

type OnFatal = (reason: string) => never;

/**
 * A PGlite that never freezes its process: it calls `onFatal` the moment its engine says that it ended, and refuses
 * the statement that would wait for ever for the very transaction around it.
 */
export class GuardedPGlite extends PGlite {
  readonly #transactions = new AsyncLocalStorage<{ open: boolean }>();

  private constructor(
    options: PGliteOptions,
    private readonly onFatal: OnFatal,
  ) {
    super({ ...options, onStderr: (line) => !exitIf(fatalReasonOfLine(line), onFatal) });
  }

  /** Starts the engine. */
  static async start(options: PGliteOptions, onFatal: OnFatal): Promise<GuardedPGlite> {
    try {
      const engine = new GuardedPGlite(options, onFatal);
      await engine.waitReady;
      return engine;
    } catch (error) {
      exitIf(fatalReasonOfError(error), onFatal);
      throw error;
    }
  }

  override async query<T>(...[query, params, options]: Parameters<PGlite['query']>) {
    this.#refuseInTransaction();
    return super.query<T>(query, params, options);
  }

  override async exec(...[query, options]: Parameters<PGlite['exec']>) {
    this.#refuseInTransaction();
    return super.exec(query, options);
  }

  override async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#refuseInTransaction();
    const scope = { open: true };
    try {
      return await super.transaction((tx) => this.#transactions.run(scope, () => work(tx)));
    } finally {
      scope.open = false;
    }
  }

  override async execProtocol(message: Uint8Array, options?: ExecProtocolOptions): ReturnType<PGlite['execProtocol']> {
    return super.execProtocol(message, options).catch((error) => this.#judge(error));
  }

  override async execProtocolStream(
    message: Uint8Array,
    options?: ExecProtocolOptions,
  ): ReturnType<PGlite['execProtocolStream']> {
    return super.execProtocolStream(message, options).catch((error) => this.#judge(error));
  }

  #judge(error: unknown): never {
    exitIf(fatalReasonOfError(error), this.onFatal);
    throw error;
  }

  #refuseInTransaction(): void {
    if (!this.#transactions.getStore()?.open) return;
    throw new TypeError('A statement outside of the transaction would wait for its end for ever. Use `tx`, not `db`.');
  }
}

function exitIf(reason: string | undefined, onFatal: OnFatal): boolean {
  if (reason !== undefined) onFatal(reason);
  return false;
}
