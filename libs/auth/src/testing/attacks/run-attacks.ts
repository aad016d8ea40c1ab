import { type Attack, type Expected, type Family } from './attack.js';
import type { AttackContext } from './attack-context.js';
import { type AttackRequest, Inapplicable } from './attack-request.js';
import { complaintAbout, isLetThrough, type Occasion } from './verdict.js';

/** What came of one case. */
export interface Outcome {
  readonly family: string;
  readonly name: string;
  readonly expected: Expected;
  readonly result: 'withstood' | 'failed' | 'skipped';
  /** What was wrong, or why the case was skipped. */
  readonly because?: string;
}

/** Tries every case, one after the other, and tells what came of each as soon as it is known. */
export async function* runAttacks(families: readonly Family[], context: AttackContext): AsyncGenerator<Outcome> {
  for (const family of families) {
    for (const attack of family.attacks) {
      const { name, expected } = attack;
      yield { family: family.name, name, expected, ...(await tryAttack(attack, context)) };
    }
  }
}

/** Tries one case. An attack that cannot be sent counts as failed: nothing was shown. */
export async function tryAttack(attack: Attack, context: AttackContext): Promise<Pick<Outcome, 'result' | 'because'>> {
  const visits = context.trap.visits;
  try {
    const complaint = await complaintOf(attack, context);
    const because = context.trap.visits > visits ? 'the service asked the address that the token names' : complaint;
    return because === undefined ? { result: 'withstood' } : { result: 'failed', because };
  } catch (error) {
    if (error instanceof Inapplicable) return { result: 'skipped', because: error.message };
    return { result: 'failed', because: error instanceof Error ? error.message || error.name : String(error) };
  }
}

async function complaintOf(attack: Attack, context: AttackContext): Promise<string | undefined> {
  const requests = [await attack.attack(context)].flat();
  const judge = async (request: AttackRequest) => {
    const answer = await context.send(request);
    const occasion = occasionOf(request, context);
    return { passed: isLetThrough(answer), complaint: complaintAbout(answer, attack.expected, occasion) };
  };
  const judged = await Promise.all(requests.map(judge));
  const passed = judged.filter((each) => each.passed).length;
  if (attack.onePasses && passed !== 1) return `${passed} of ${judged.length} were let through instead of one`;
  const wrong = judged.find((each) => each.complaint !== undefined && !(attack.onePasses && each.passed));
  return wrong?.complaint ?? attack.afterwards?.(context);
}

function occasionOf({ target, route }: AttackRequest, context: AttackContext): Occasion {
  const { path, scopes } = route ?? context.route;
  const demandsProof = route !== undefined && context.demandsProof(route);
  return { audience: context.audience, path: target?.split('?', 1)[0] ?? path, scopes, demandsProof };
}
