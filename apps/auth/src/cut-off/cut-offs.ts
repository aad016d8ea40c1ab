import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '@waybill/contracts';
import { eq } from 'drizzle-orm';
import { endClientSessions, replaceClientSession } from '../clients/client-sessions.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthTransaction } from '../database.js';
import { sessions } from '../schema.js';
import { type Cut, endSessions, narrowSessions } from '../sessions/end-sessions.js';
import type { SubjectKind } from '../subjects/subjects.js';

/** The most skew of its clock that a guard may tolerate, seconds. */
const mostToleranceSeconds = 60;

/** Ends sessions, or takes scopes out of them, in a transaction that holds the lock of the subject. */
@Injectable()
export class CutOffs {
  private readonly aliveSeconds: number;

  constructor(@Inject(AUTH_CONFIG) { tokenTtlSeconds }: Pick<AuthConfig, 'tokenTtlSeconds'>) {
    this.aliveSeconds = tokenTtlSeconds + mostToleranceSeconds;
  }

  /** Ends everything that a subject is signed in by. */
  endAll(tx: AuthTransaction, sub: string, kind: SubjectKind): Promise<Cut> {
    if (kind === 'client') return endClientSessions(tx, sub, this.aliveSeconds);
    return endSessions(tx, eq(sessions.sub, sub), this.aliveSeconds);
  }

  /** Ends one session of an account. */
  endOne(tx: AuthTransaction, sid: string): Promise<Cut> {
    return endSessions(tx, eq(sessions.sid, sid), this.aliveSeconds);
  }

  /** Takes scopes out of everything that a subject is signed in by. */
  withdraw(tx: AuthTransaction, sub: string, kind: SubjectKind, scopes: readonly Scope[]): Promise<Cut> {
    if (kind === 'client') return replaceClientSession(tx, sub, this.aliveSeconds);
    return narrowSessions(tx, sub, scopes, this.aliveSeconds);
  }
}
