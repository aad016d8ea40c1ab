import { type Attempt, isUndecided, type Reply } from '../../load/index.js';
import type { Evidence } from '../evidence.js';
import type { Violation } from '../violation.js';

/** How old the news of a sensitive route may be (`REVOCATION_MAX_STALENESS_SECONDS`), and a second for a revocation to get there. */
const boundMs = 6_000;

/** I7: what is asked with a token that was taken back longer ago than the bound is refused, and has no effect. */
export function authorityWasValid({ attempts }: Evidence): Violation[] {
  return attempts.flatMap((attempt): Violation[] => {
    const { takenBackAt, sentAt, reply, wish } = attempt;
    if (takenBackAt === undefined || sentAt - takenBackAt <= boundMs || !wasLetIn(reply)) return [];
    return [{ invariant: 'I7', says: `${says(attempt)} after its token was taken back (key ${wish.key})` }];
  });
}

/** Refused are 401 and, where the news was too old to tell, 503; any other answer comes from behind the guard. */
function wasLetIn(reply: Reply): boolean {
  return 'status' in reply && reply.status !== 401 && reply.status !== 503;
}

function says({ takenBackAt = 0, sentAt, reply, wish }: Attempt): string {
  const answer = 'status' in reply ? reply.status : reply.lost;
  return `${wish.path} was answered ${answer}${isUndecided(reply) ? ' (pending)' : ''} ${sentAt - takenBackAt} ms`;
}
