import { Injectable } from '@nestjs/common';
import type { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { eq } from 'drizzle-orm';
import { hashSecret } from '../credentials/secret-hash.js';
import { VerifiedSecrets } from '../credentials/verified-secrets.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grantedScopes, grantScopes } from '../grants/grants.js';
import { narrow } from '../grants/narrow.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { clients, subjects } from '../schema.js';
import { lockSubject } from '../subjects/subjects.js';
import { GuessDefence } from '../throttle/guess-defence.js';
import type { PresentedCredentials } from './client-credentials.js';

/** A client that has shown who it is, as far as its kind can (RFC 6749 §2.1). */
export interface Client {
  clientId: string;
  kind: 'public' | 'confidential';
  /** The hash of the secret that it showed. */
  secretHash: string | null;
}

/** In what a client gets tokens of its own, and for which scopes. */
export interface ClientIssue {
  /** The same for all its tokens, until they are cut off. */
  sid: string;
  scopes: Scope[];
}

/** A client as it is first stored; without a secret it is public. */
export interface NewClient {
  clientId: string;
  secret?: string;
  scopes: readonly Scope[];
  demo: boolean;
}

/** The programs that ask for tokens. */
@Injectable()
export class Clients {
  private readonly secrets = new VerifiedSecrets();

  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly defence: GuessDefence,
  ) {}

  /**
   * Authenticates a client: a public one by its name alone, a confidential one by its secret. Throws OAuthError
   * `invalid_client` otherwise, at the same cost for an unknown client as for a wrong secret, and TooManyAttempts where
   * secrets are being guessed.
   */
  async authenticate({ clientId, secret, address }: PresentedCredentials): Promise<Client> {
    const [client] = await this.db
      .select({ secretHash: clients.secretHash })
      .from(clients)
      .where(eq(clients.clientId, clientId));
    if (client?.secretHash === null && secret === undefined) return { clientId, kind: 'public', secretHash: null };
    const authenticated = await this.defence.check({ kind: 'client', name: clientId, address }, async () =>
      (await this.secrets.matches(client?.secretHash, secret ?? '')) ? clientId : undefined,
    );
    if (authenticated === undefined) throw unauthenticated();
    return { clientId, kind: 'confidential', secretHash: client?.secretHash ?? null };
  }

  /**
   * What a client that has authenticated may have a token for: all that is granted to it, or what `requested` narrows
   * that to. Rejects with OAuthError `invalid_scope`, and `invalid_client` where its secret has changed meanwhile.
   */
  act({ clientId, secretHash }: Client, requested: string | undefined): Promise<ClientIssue> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, clientId);
      const [client] = await tx.select().from(clients).where(eq(clients.clientId, clientId));
      if (client === undefined || client.secretHash !== secretHash) throw unauthenticated();
      const scopes = narrow(requested, await grantedScopes(tx, clientId));
      if (scopes.length === 0) throw new OAuthError('invalid_scope', 'Nothing is granted to this client.');
      return { sid: client.sessionId, scopes };
    });
  }
}

/**
 * Whether the secret that a client has shown is still its secret, and keeps it so until the transaction ends: who replaces
 * it waits, and then sees what this transaction has done.
 */
export async function holdSecret(tx: AuthTransaction, { clientId, secretHash }: Client): Promise<boolean> {
  const stored = tx.select({ secretHash: clients.secretHash }).from(clients).where(eq(clients.clientId, clientId));
  const [client] = await stored.for('share');
  return client !== undefined && client.secretHash === secretHash;
}

/** Stores a client and its grants. Rejects with a unique violation where the name is taken, be it by an account. */
export async function addClient(tx: AuthTransaction, client: NewClient): Promise<void> {
  const { clientId, secret, demo } = client;
  await tx.insert(subjects).values({ sub: clientId, kind: 'client' });
  await tx
    .insert(clients)
    .values({ clientId, demo, secretHash: secret === undefined ? null : await hashSecret(secret) });
  await grantScopes(tx, clientId, client.scopes);
}

/** The one answer for all clients that have not shown who they are. */
export const unauthenticated = () =>
  new OAuthError('invalid_client', 'The client is unknown or did not authenticate as it has to.');
