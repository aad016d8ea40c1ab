import { Injectable } from '@nestjs/common';
import type { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { eq } from 'drizzle-orm';
import { hashSecret, secretMatches } from '../credentials/secret-hash.js';
import type { AuthDatabase, AuthTransaction } from '../database.js';
import { grantScopes } from '../grants/grants.js';
import { accounts, subjects } from '../schema.js';

/** A person's account as it is first stored. */
export interface NewAccount {
  sub: string;
  username: string;
  password: string;
  scopes: readonly Scope[];
  demo: boolean;
}

/** The people who sign in. */
@Injectable()
export class Accounts {
  constructor(@InjectDatabase() private readonly db: AuthDatabase) {}

  /** The `sub` of whom this name and password belong to, or undefined: at the same cost whoever is unknown or wrong. */
  async signIn(username: string, password: string): Promise<string | undefined> {
    const [account] = await this.db
      .select({ sub: accounts.sub, passwordHash: accounts.passwordHash })
      .from(accounts)
      .where(eq(accounts.username, username));
    const matches = await secretMatches(account?.passwordHash, password);
    return matches ? account?.sub : undefined;
  }

  /** The name by which somebody signs in; undefined where it is nobody's account. */
  async nameOf(sub: string): Promise<string | undefined> {
    const [account] = await this.db.select({ username: accounts.username }).from(accounts).where(eq(accounts.sub, sub));
    return account?.username;
  }
}

/** Stores an account and its grants. Rejects with a unique violation where the name or the `sub` is taken. */
export async function addAccount(tx: AuthTransaction, account: NewAccount): Promise<void> {
  const { sub, username, demo } = account;
  await tx.insert(subjects).values({ sub, kind: 'account' });
  await tx.insert(accounts).values({ sub, username, demo, passwordHash: await hashSecret(account.password) });
  await grantScopes(tx, sub, account.scopes);
}
