import { Inject, Injectable } from '@nestjs/common';
import { demoAccounts, demoClient, demoPassword } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { ConfigurationError } from '@waybill/service-defaults';
import { eq, inArray } from 'drizzle-orm';
import { addAccount } from '../accounts/accounts.js';
import { addClient } from '../clients/clients.js';
import { firstPartyClient } from '../clients/first-party-client.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { type AuthDatabase, type AuthTransaction, oneAtATime } from '../database.js';
import { accounts, clients } from '../schema.js';
import { absent } from './absent.js';
import { seedServiceClients } from './service-clients.js';

/** Adds at boot whom the service needs, and for demonstrations whom the documentation names. Who is there stays as is. */
@Injectable()
export class Seeder {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
  ) {}

  /** Rejects with ConfigurationError where demo accounts are in a production database without having been asked for. */
  async seed(): Promise<void> {
    const { production, demoAccounts: wanted } = this.config;
    if (production && !wanted) await refuseDemoSubjects(this.db);
    await oneAtATime(this.db, 'waybill seed', async (tx) => {
      await seedFirstPartyClient(tx);
      await seedServiceClients(tx, this.config.serviceClientSecrets);
      if (wanted) await seedDemoSubjects(tx);
    });
  }
}

async function seedFirstPartyClient(tx: AuthTransaction): Promise<void> {
  const [clientId] = await absent(tx, [firstPartyClient]);
  if (clientId) await addClient(tx, { clientId, scopes: [], demo: false });
}

async function seedDemoSubjects(tx: AuthTransaction): Promise<void> {
  const wanted = await absent(
    tx,
    await untaken(
      tx,
      demoAccounts.map(({ name }) => name),
    ),
  );
  for (const { name, scopes } of demoAccounts.filter(({ name }) => wanted.includes(name))) {
    await addAccount(tx, { sub: name, username: name, password: demoPassword, scopes, demo: true });
  }
  const { name: clientId, scopes } = demoClient;
  const [absentClient] = await absent(tx, [clientId]);
  if (absentClient) await addClient(tx, { clientId, secret: demoPassword, scopes, demo: true });
}

/** The names that no account signs in with: a real account may have one of the demonstration's. */
async function untaken(tx: AuthTransaction, names: string[]): Promise<string[]> {
  const taken = await tx.select({ name: accounts.username }).from(accounts).where(inArray(accounts.username, names));
  return names.filter((name) => !taken.some((row) => row.name === name));
}

async function refuseDemoSubjects(db: AuthDatabase): Promise<void> {
  const people = await db.select({ sub: accounts.sub }).from(accounts).where(eq(accounts.demo, true));
  const programs = await db.select({ sub: clients.clientId }).from(clients).where(eq(clients.demo, true));
  const names = [...people, ...programs].map(({ sub }) => sub).sort();
  if (names.length === 0) return;
  throw new ConfigurationError([
    `WAYBILL_DEMO_ACCOUNTS: the database holds demo accounts (${names.join(', ')}), and everybody knows their password. Use another database, or set WAYBILL_DEMO_ACCOUNTS=true to keep them.`,
  ]);
}
