import type { Attempt, Reading, Reply } from '../../load/index.js';
import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** To repeat later: the service is there and cannot answer now. */
const later = [429, 503];
const toOrder = new Set([201, 202, 402, 409, 422, ...later]);
const toRefund = new Set([201, 202, 402, 409, 422, ...later]);
const toReading = new Set([200, 404, ...later]); // 404 is a matter of what was told

/** Every answer is one of the contract: above all no 500, and no good token refused. */
export function answersOfTheContract({ attempts, readings }: Evidence): Violation[] {
  return [
    ...attempts.flatMap((attempt) => wrong(attempt, allowed(attempt), nameOf(attempt))),
    ...readings.flatMap((reading) => wrong(reading, toReading, `GET ${reading.of} ${reading.id ?? ''}`)),
  ];
}

/** Only a token that was taken back may be refused. */
function allowed({ wish, takenBackAt }: Attempt): ReadonlySet<number> {
  const usual = wish.kind === 'order' ? toOrder : toRefund;
  return takenBackAt === undefined ? usual : new Set([...usual, 401]);
}

function wrong({ reply }: { reply: Reply }, allowed: ReadonlySet<number>, what: string): Violation[] {
  if ('lost' in reply || (allowed.has(reply.status) && (reply.body !== undefined || reply.text === ''))) return [];
  return [{ invariant: 'answers', says: `${what.trim()} was answered ${reply.status} ${reply.text.slice(0, 300)}` }];
}

function nameOf({ wish }: Attempt | (Reading & { wish: Attempt['wish'] })): string {
  return `POST ${wish.path} with key ${wish.key ?? '(none)'}`;
}
