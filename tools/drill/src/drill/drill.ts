import {
  type AttackContext,
  attacks,
  closeBrokenIssuers,
  createAttackIssuer,
  createBrokenIssuers,
  runAttacks,
  setTrap,
  type TestIssuer,
} from '@waybill/auth/testing';
import { approach } from './approach.js';
import type { DrillOptions } from './options.js';
import { heading, row, Tally } from './table.js';

/**
 * Holds the drill and prints a line for each case.
 * @returns whether everything was withstood
 * @throws DrillError where the service does not answer as a guarded one
 */
export async function drill(options: DrillOptions, print: (line: string) => void): Promise<boolean> {
  const { listen } = options;
  const trap = await setTrap(listen?.host);
  const attacker = listen && (await createAttackIssuer(listen));
  const brokenIssuers =
    listen && options.brokenIssuers ? await createBrokenIssuers({ ...listen, port: listen.port + 1 }) : undefined;
  try {
    if (attacker) print(trustNeeded([attacker.issuer, ...Object.values(brokenIssuers ?? {})]));
    const hands = { trap, ...(attacker && { attacker }), ...(brokenIssuers && { brokenIssuers }) };
    return await hold(await approach(options, hands), print);
  } finally {
    await Promise.all([trap.close(), attacker?.issuer.close(), brokenIssuers && closeBrokenIssuers(brokenIssuers)]);
  }
}

function trustNeeded(issuers: readonly TestIssuer[]): string {
  const [first, ...more] = issuers.map(({ url }) => url);
  const setting =
    more.length === 0
      ? `TOKEN_ISSUER=${first}`
      : `TOKEN_ISSUERS='${JSON.stringify(issuers.map(({ url: issuer }) => ({ issuer })))}'`;
  return `The service must trust what the drill issues: ${setting}`;
}

async function hold(context: AttackContext, print: (line: string) => void): Promise<boolean> {
  const tally = new Tally();
  for (const family of attacks) {
    print(heading(family.name));
    for await (const outcome of runAttacks([family], context)) {
      print(row(outcome));
      tally.add(outcome);
    }
  }
  print(`\n${tally.summary()}`);
  return tally.count('failed') === 0;
}
