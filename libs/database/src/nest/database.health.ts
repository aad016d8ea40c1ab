import { Inject, Injectable } from '@nestjs/common';
import type { OpenDatabase } from '../database.js';

/** The provider token of what {@link openDatabase} gave. */
export const OPEN_DATABASE = Symbol('OPEN_DATABASE');

/** Says whether the service's own database answers now. */
@Injectable()
export class DatabaseHealth {
  private asked: Promise<void> | undefined;

  constructor(@Inject(OPEN_DATABASE) private readonly open: OpenDatabase) {}

  /** Resolves when the database answers, and rejects, within a few seconds, when it does not. Asked once for all who ask at the same time. */
  ping(): Promise<void> {
    this.asked ??= this.open.ping().finally(() => {
      this.asked = undefined;
    });
    return this.asked;
  }
}
