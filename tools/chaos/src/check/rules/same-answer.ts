import { type Attempt, finalStatus, isFinal, isInFlight, orderIdOf, type Reply, type Wish } from '../../load/index.js';
import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** I5: the same key and body get the same answer, said to be a repetition from the second time on; another body gets none. */
export function sameAnswer({ attempts }: Evidence): Violation[] {
  const keyed = attempts.filter(({ wish }) => wish.key !== undefined);
  return [...Map.groupBy(keyed, ({ wish }) => wish)].flatMap(([wish, all]) => {
    const same = all.filter(({ body }) => body === 'same');
    const other = all.filter(({ body }) => body === 'other');
    const found = [...contradictions(same), ...unmarked(same), ...relapses(same), ...sold(other), ...mistaken(same)];
    return found.map((says) => said(wish, same, says));
  });
}

/** Two final answers that differ, or answers about different orders. */
function contradictions(attempts: readonly Attempt[]): string[] {
  const finals = attempts.filter(({ reply }) => isFinal(reply)).map(({ reply }) => brief(reply));
  const different = new Set(finals);
  const ids = new Set(attempts.flatMap(({ wish, reply }) => (wish.kind === 'order' ? (orderIdOf(reply) ?? []) : [])));
  return [
    ...(different.size > 1 ? [`was answered differently: ${[...different].join(' | ')}`] : []),
    ...(ids.size > 1 ? [`was answered with different orders: ${[...ids].join(', ')}`] : []),
  ];
}

/** Only the answer that was the first may be without the mark. */
function unmarked(attempts: readonly Attempt[]): string[] {
  const without = attempts.filter(({ reply }) => isFinal(reply) && 'replayed' in reply && !reply.replayed);
  return without.length > 1 ? [`was answered ${without.length} times as if for the first time`] : [];
}

/** Once final, an answer is final for whoever asks afterwards, as far as the service can answer at all. */
function relapses(attempts: readonly Attempt[]): string[] {
  const firstFinal = Math.min(...attempts.filter(({ reply }) => isFinal(reply)).map(({ endedAt }) => endedAt));
  return attempts
    .filter(({ sentAt, reply }) => sentAt > firstFinal && !isFinal(reply) && !cannotSay(reply))
    .map(({ reply }) => `was decided, and then answered ${brief(reply)}`);
}

function sold(attempts: readonly Attempt[]): string[] {
  return attempts
    .filter(({ reply }) => !cannotSay(reply) && !isInFlight(reply) && statusOf(reply) !== 422)
    .map(({ reply }) => `with another body under the same key was answered ${brief(reply)}`);
}

function mistaken(attempts: readonly Attempt[]): string[] {
  return attempts
    .filter(({ wish, reply }) => wish.kind === 'order' && statusOf(reply) === 422)
    .map(({ reply }) => `with its own body was answered ${brief(reply)}`);
}

function cannotSay(reply: Reply): boolean {
  return 'lost' in reply || reply.status === 503 || reply.status === 429;
}

function statusOf(reply: Reply): number | undefined {
  return 'status' in reply ? reply.status : undefined;
}

function brief(reply: Reply): string {
  return 'lost' in reply ? reply.lost : `${reply.status} ${reply.text}`;
}

function said(wish: Wish, attempts: readonly Attempt[], says: string): Violation {
  const told = attempts.map(({ reply }) => (finalStatus(reply) === undefined ? undefined : orderIdOf(reply)));
  const orderId = wish.kind === 'refund' ? wish.orderId : told.find((id) => id !== undefined);
  return { invariant: 'I5', orderId, says: `${wish.kind} with key ${wish.key} ${says}` };
}
