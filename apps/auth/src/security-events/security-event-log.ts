import { Inject, Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { sql } from 'drizzle-orm';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { securityEventLog, securityEvents } from '../schema.js';
import { addDeliveries } from '../webhooks/add-deliveries.js';
import { eventClaims } from './event-claims.js';
import { EventSigner } from './event-signer.js';
import { entriesOf, untilOf } from './feed-entry.js';
import { LogTail } from './log-tail.js';
import { portionsOf, type SecurityChange } from './security-change.js';

/** The log that every guard follows: what was taken back, in the order in which it took effect. */
@Injectable()
export class SecurityEventLog {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly signer: EventSigner,
    private readonly tail: LogTail,
  ) {}

  /** Begins the log where there is none yet. */
  async begin(): Promise<void> {
    await this.db.insert(securityEventLog).values({}).onConflictDoNothing();
  }

  /**
   * Appends a change in the transaction that makes it, and answers its position. From then on until the transaction ends
   * nobody else can append: let it be the transaction's last step, and several changes one. One that is rolled back leaves
   * no gap; after a commit there is nothing left to do. A change that names too many sessions for one event becomes several,
   * the last of which is answered.
   */
  async append(tx: AuthTransaction, ...changes: [SecurityChange, ...SecurityChange[]]): Promise<number> {
    const portions = changes.flatMap(portionsOf);
    const [log] = await tx
      .update(securityEventLog)
      .set({ position: sql`${securityEventLog.position} + ${portions.length}` })
      .returning();
    if (!log) throw new Error('There is no log of security events: it was not begun.');
    const first = log.position - portions.length + 1;
    const at = new Date();
    const rows = portions.map((portion, index) => this.row(portion, log.id, first + index, at));
    await tx.insert(securityEvents).values(rows);
    await addDeliveries(tx, this.config.webhooks, rows);
    this.tail.expectNews();
    return log.position;
  }

  private row(change: SecurityChange, log: string, seq: number, at: Date): typeof securityEvents.$inferInsert {
    const until = untilOf(change, at);
    const claims = eventClaims(change, { issuer: this.config.authIssuer, log, seq, at, until });
    const set = this.signer.sign('secevent+jwt', claims);
    return { seq, set, entries: entriesOf(change, until), expiresAt: new Date(until * 1000), createdAt: at };
  }
}
