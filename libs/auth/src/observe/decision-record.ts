import { inspect } from 'node:util';
import type { DecisionEvent } from './decision.js';
import { oneLine } from './one-line.js';

/**
 * A decision as it is given to a logger: a structured log takes its members, and a log of text prints it on one line,
 * whatever the request held.
 */
export class DecisionRecord {
  readonly msg: string;

  constructor(event: DecisionEvent) {
    this.msg = `${event.method} refused: ${event.code} (${event.reason})`;
    for (const [name, value] of Object.entries(event))
      Object.assign(this, { [name]: typeof value === 'string' ? oneLine(value) : value });
  }

  /** How Node, and so Nest's ConsoleLogger, prints it. */
  [inspect.custom](): string {
    const { msg, ...members } = this;
    return `${msg} ${inspect(members, { compact: true, breakLength: Number.POSITIVE_INFINITY })}`;
  }
}
