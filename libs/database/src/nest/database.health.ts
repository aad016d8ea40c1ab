import { Inject, Injectable } from '@nestjs/common';
import type { OpenDatabase } from '../database.js';

/** The provider token of what {@link openDatabase} gave. */
export const OPEN_DATABASE = Symbol('OPEN_DATABASE');

/** Says whether the service's own database answers now. */
@Injectable()
export class DatabaseHealth {
  constructor(@Inject(OPEN_DATABASE) private readonly open: OpenDatabase) {}

  /** Resolves when the database answers, and rejects, within a few seconds, when it does not. */
  ping(): Promise<void> {
    return this.open.ping();
  }
}
