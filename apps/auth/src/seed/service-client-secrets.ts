import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import { eq } from 'drizzle-orm';
import { addAuditEntry } from '../audit/audit-trail.js';
import { AUTH_CONFIG, type AuthConfig, type ServiceClientSecret } from '../config.js';
import { hashSecret, secretMatches } from '../credentials/secret-hash.js';
import { CutOffs } from '../cut-off/cut-offs.js';
import type { AuthDatabase } from '../database.js';
import { clients } from '../schema.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import { lockSubject } from '../subjects/subjects.js';
import { ExchangedTokens } from '../token-exchange/exchanged-tokens.js';

/** A client whose stored secret is not the configured one. */
interface Outdated extends ServiceClientSecret {
  secretHash: string | null;
}

/** Keeps the secrets of the services' own clients as they are configured. */
@Injectable()
export class ServiceClientSecrets {
  private readonly logger = new Logger('Seeder');

  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly cutOffs: CutOffs,
    private readonly exchanged: ExchangedTokens,
    private readonly log: SecurityEventLog,
  ) {}

  /** To see that takes one comparison (argon2id) a client, off the main thread: the boot can go on meanwhile. */
  async outdated(): Promise<Outdated[]> {
    const compared = await Promise.all(this.config.serviceClientSecrets.map((configured) => this.compare(configured)));
    return compared.filter((client) => client !== undefined);
  }

  /** The old secret is good no longer, nor are the tokens that were got with it, for itself or for others. */
  async renew({ clientId, secret, secretHash: old }: Outdated): Promise<void> {
    const secretHash = await hashSecret(secret);
    const itself = eq(clients.clientId, clientId);
    const renewed = await this.db.transaction(async (tx) => {
      await lockSubject(tx, clientId);
      const [stored] = await tx.select({ secretHash: clients.secretHash }).from(clients).where(itself);
      if (stored?.secretHash !== old) return false; // another replica was faster
      await tx.update(clients).set({ secretHash }).where(itself);
      const { sids } = await this.cutOffs.endAll(tx, clientId, 'client');
      await addAuditEntry(tx, { action: 'client-secret-changed', subject: clientId });
      const exchanged = await this.exchanged.gotBy(tx, clientId);
      await this.log.append(tx, { kind: 'credential-change', sub: clientId, sids, credential: 'client-secret' });
      await this.exchanged.takeBack(tx, exchanged);
      return true;
    });
    if (renewed) this.logger.log(`the client ${clientId} has the configured secret now`);
  }

  private async compare(configured: ServiceClientSecret): Promise<Outdated | undefined> {
    const [stored] = await this.db
      .select({ secretHash: clients.secretHash })
      .from(clients)
      .where(eq(clients.clientId, configured.clientId));
    if (stored === undefined || (await secretMatches(stored.secretHash, configured.secret))) return undefined;
    return { ...configured, secretHash: stored.secretHash };
  }
}
