import { Injectable } from '@nestjs/common';
import type { Scope } from '@waybill/contracts';
import { eq } from 'drizzle-orm';
import { endClientSessions, replaceClientSession } from '../clients/client-sessions.js';
import { longestTokenTtlSeconds, mostClockToleranceSeconds } from '../config.js';
import type { AuthTransaction } from '../database.js';
import { sessions } from '../schema.js';
import { type Cut, endSessions, narrowSessions } from '../sessions/end-sessions.js';
import type { SubjectKind } from '../subjects/subjects.js';

/** How long after its issue a token may be taken at the latest, seconds. */
const aliveSeconds = longestTokenTtlSeconds + mostClockToleranceSeconds;

/** Ends sessions, or takes scopes out of them, in a transaction that holds the lock of the subject. */
@Injectable()
export class CutOffs {
  /** Ends everything that a subject is signed in by. */
  endAll(tx: AuthTransaction, sub: string, kind: SubjectKind): Promise<Cut> {
    if (kind === 'client') return endClientSessions(tx, sub, aliveSeconds);
    return endSessions(tx, eq(sessions.sub, sub), aliveSeconds);
  }

  /** Ends one session of an account. */
  endOne(tx: AuthTransaction, sid: string): Promise<Cut> {
    return endSessions(tx, eq(sessions.sid, sid), aliveSeconds);
  }

  /** Takes scopes out of everything that a subject is signed in by. */
  withdraw(tx: AuthTransaction, sub: string, kind: SubjectKind, scopes: readonly Scope[]): Promise<Cut> {
    if (kind === 'client') return replaceClientSession(tx, sub, aliveSeconds);
    return narrowSessions(tx, sub, scopes, aliveSeconds);
  }
}
