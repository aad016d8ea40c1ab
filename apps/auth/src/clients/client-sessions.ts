import { randomUUID } from 'node:crypto';
import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { AuthTransaction } from '../database.js';
import { clients, formerClientSessions } from '../schema.js';
import type { Cut } from '../sessions/end-sessions.js';

/** Cuts a client's own tokens off, which are alive for `aliveSeconds`: its next one has another `sid`. */
export async function endClientSessions(tx: AuthTransaction, clientId: string, aliveSeconds: number): Promise<Cut> {
  const sids = [await renewSession(tx, clientId), ...(await formerSessions(tx, clientId, aliveSeconds))];
  await tx.delete(formerClientSessions).where(eq(formerClientSessions.clientId, clientId));
  return { count: sids.length, sids };
}

/** Gives a client's next token another `sid`: a withdrawal of scopes concerns the earlier ones alone, which go on. */
export async function replaceClientSession(tx: AuthTransaction, clientId: string, aliveSeconds: number): Promise<Cut> {
  const replaced = await renewSession(tx, clientId);
  const former = await formerSessions(tx, clientId, aliveSeconds);
  const ofClient = eq(formerClientSessions.clientId, clientId);
  await tx.delete(formerClientSessions).where(and(ofClient, lte(formerClientSessions.replacedAt, ago(aliveSeconds))));
  await tx.insert(formerClientSessions).values({ sid: replaced, clientId });
  const sids = [replaced, ...former];
  return { count: sids.length, sids };
}

async function renewSession(tx: AuthTransaction, clientId: string): Promise<string> {
  const itself = eq(clients.clientId, clientId);
  const [client] = await tx.select({ sid: clients.sessionId }).from(clients).where(itself);
  if (client === undefined) throw new Error(`The subject ${clientId} is a client, and there is no such client.`);
  await tx.update(clients).set({ sessionId: randomUUID() }).where(itself);
  return client.sid;
}

async function formerSessions(tx: AuthTransaction, clientId: string, aliveSeconds: number): Promise<string[]> {
  const rows = await tx
    .select({ sid: formerClientSessions.sid })
    .from(formerClientSessions)
    .where(and(eq(formerClientSessions.clientId, clientId), gt(formerClientSessions.replacedAt, ago(aliveSeconds))));
  return rows.map(({ sid }) => sid);
}

const ago = (seconds: number) => sql`now() - make_interval(secs => ${seconds})`;
