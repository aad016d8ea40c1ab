import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { demoAccounts, demoPassword } from '@waybill/contracts';
import { entryPoint } from '@waybill/shop';
import { runProgram } from './program.js';

/** With what somebody signs in. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Who takes part. */
export interface People {
  readonly shoppers: readonly Credentials[];
  readonly refunder: Credentials;
}

/** The demo account that may shop. */
export const shopper: Credentials = { username: 'alice', password: demoPassword };

/** The demo account that may refund. */
export const refunder: Credentials = { username: 'dora', password: demoPassword };

/** Adds people who may do what the demo's shopper may, as an operator would: with auth's own command, while auth is not running. */
export async function addShoppers(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Credentials[]> {
  const added: Credentials[] = [];
  for (const username of names) {
    const password = randomBytes(24).toString('base64url');
    const args = [command, 'add', username, '--scopes', scopes()];
    await runProgram(process.execPath, args, { env, signal, input: `${password}\n` });
    added.push({ username, password });
  }
  return added;
}

const command = join(entryPoint('auth'), '../account.js');

function scopes(): string {
  return demoAccounts.find(({ name }) => name === shopper.username)?.scopes.join(' ') ?? '';
}
