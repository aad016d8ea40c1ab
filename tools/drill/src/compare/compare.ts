import { type Attack, AttackContext, attacks, createAttackIssuer, Inapplicable, setTrap } from '@waybill/auth/testing';
import { accepts, libraries, type Trust } from './library.js';

/** How a library takes a token that the guard refuses: only without options, or even with all of them. */
export type Acceptance = 'refused' | 'unless configured' | 'accepted';

/** One hostile token, and how each library takes it, in the order of `libraries`. */
export interface Comparison {
  readonly family: string;
  readonly name: string;
  readonly acceptances: readonly Acceptance[];
}

/** Where the key is pinned, which key to take is no question. */
const compared = attacks.filter(({ name }) => name !== 'keys and egress');

/** Shows the libraries every token that the guard refuses for what the token is; scopes are for the application to judge. */
export async function compare(): Promise<Comparison[]> {
  const [{ issuer, listed }, trap] = await Promise.all([createAttackIssuer(), setTrap()]);
  const audience = 'order.service';
  const route = { method: 'GET', path: '/', scopes: ['order.read'] };
  const origin = new URL(trap.url);
  const context = new AttackContext({ origin, audience, route, trap, attacker: { issuer, listed } });
  const trust = { key: issuer.key.publicKey, issuer: issuer.url, audience };
  try {
    await requireAcceptance(context.token, trust);
    const comparisons: Comparison[] = [];
    for (const { name: family, attacks: cases } of compared)
      for (const attack of cases)
        for (const token of await tokensOf(attack, context))
          comparisons.push({ family, name: attack.name, acceptances: await acceptancesOf(token, trust) });
    return comparisons;
  } finally {
    await Promise.all([issuer.close(), trap.close()]);
  }
}

async function acceptancesOf(token: string, trust: Trust): Promise<Acceptance[]> {
  return Promise.all(
    libraries.map(async ({ pinned, configured }) => {
      if (!(await accepts(pinned, token, trust))) return 'refused';
      return (await accepts(configured, token, trust)) ? 'accepted' : 'unless configured';
    }),
  );
}

/** The tokens of a case that the guard refuses as malformed or invalid; none where what is hostile is not the token. */
async function tokensOf(attack: Attack, context: AttackContext): Promise<string[]> {
  if (!['T', 'R', 'P'].includes(attack.expected)) return [];
  try {
    const [request, ...more] = [await attack.attack(context)].flat();
    return request?.token === undefined || more.length > 0 ? [] : [request.token];
  } catch (error) {
    if (error instanceof Inapplicable) return [];
    throw error;
  }
}

/** A library that refuses a genuine token would look strict, and would only be misconfigured. */
async function requireAcceptance(token: string, trust: Trust): Promise<void> {
  for (const { name, pinned, configured } of libraries)
    for (const verify of [pinned, configured])
      if (!(await accepts(verify, token, trust)))
        throw new Error(`${name} refuses a genuine token: its options are wrong.`);
}
