import { Logger } from '@nestjs/common';
import { serviceClients } from '@waybill/contracts';
import { eq } from 'drizzle-orm';
import { addClient } from '../clients/clients.js';
import type { ServiceClientSecret } from '../config.js';
import { hashSecret, secretMatches } from '../credentials/secret-hash.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { clients } from '../schema.js';
import { absent } from './absent.js';

const logger = new Logger('Seeder');

/** Adds the services' own clients that are not there yet, with what they are granted at first. */
export async function seedServiceClients(tx: AuthTransaction, secrets: readonly ServiceClientSecret[]): Promise<void> {
  const names = serviceClients.map(({ name }) => name);
  const wanted = await absent(tx, names);
  for (const { name: clientId, scopes } of serviceClients.filter(({ name }) => wanted.includes(name))) {
    const secret = secrets.find((configured) => configured.clientId === clientId)?.secret;
    if (secret !== undefined) await addClient(tx, { clientId, secret, scopes, demo: false });
  }
}

/** Gives a client the configured secret where it has another; the old one is good no longer. */
export async function renewSecret(db: AuthDatabase, { clientId, secret }: ServiceClientSecret): Promise<void> {
  const itself = eq(clients.clientId, clientId);
  const [stored] = await db.select({ secretHash: clients.secretHash }).from(clients).where(itself);
  if (await secretMatches(stored?.secretHash, secret)) return;
  await db
    .update(clients)
    .set({ secretHash: await hashSecret(secret) })
    .where(itself);
  logger.log(`the client ${clientId} has the configured secret now`);
}
