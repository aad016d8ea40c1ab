/** Remembers what may be used once. */
export interface ReplayStore {
  /** True where only this process remembers: a restart forgets, so what is older than the process must be refused. */
  readonly forgetsOnRestart: boolean;
  /**
   * Records a key for a time, atomically.
   * @param ttlSeconds how long the key matters
   * @returns true the first time, false for a repeat
   * @throws where the store cannot tell; the caller stays closed
   */
  record(key: string, ttlSeconds: number): Promise<boolean>;
}
