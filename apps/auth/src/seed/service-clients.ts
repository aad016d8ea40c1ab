import { serviceClients } from '@waybill/contracts';
import { addClient } from '../clients/clients.js';
import type { ServiceClientSecret } from '../config.js';
import type { AuthTransaction } from '../database.js';
import { absent } from './absent.js';

/** Adds the services' own clients that are not there yet, with what they are granted at first. */
export async function seedServiceClients(tx: AuthTransaction, secrets: readonly ServiceClientSecret[]): Promise<void> {
  const names = serviceClients.map(({ name }) => name);
  const wanted = await absent(tx, names);
  for (const { name: clientId, scopes } of serviceClients.filter(({ name }) => wanted.includes(name))) {
    const secret = secrets.find((configured) => configured.clientId === clientId)?.secret;
    if (secret !== undefined) await addClient(tx, { clientId, secret, scopes, demo: false });
  }
}
