import fc from 'fast-check';
import { AccessTokenStrategy } from '../../guard/access-token.strategy.js';
import { TokenInvalid } from '../../refuse/index.js';
import { type Caller, trustIssuer } from '../../verify/index.js';
import { TokenVerifier } from '../../verify/token-verifier.js';
import { issuerOptions } from './issuer.js';
import { judge, type OracleVerdict } from './oracle.js';
import { presentSecond } from './present-second.js';
import { deliver, mint, type Specimen } from './specimen.js';
import { specimens } from './specimens.js';
import type { Tally } from './tally.js';

type Answer = Caller | TokenInvalid;

/**
 * The verifier accepts exactly the tokens that the oracle accepts, says of each what it says, says it again from its
 * memory, and throws nothing but `TokenInvalid`.
 */
export function tokenProperty(tally: Tally): fc.IAsyncProperty<[Specimen]> {
  const verifier = new TokenVerifier({
    issuers: issuerOptions.map((options) => trustIssuer(options, false)),
    signatureHolds: new AccessTokenStrategy().holds,
    clockToleranceSeconds: 10,
    maxVerifiedTokens: 100,
  });
  return fc.asyncProperty(specimens, async (specimen) => {
    const { value, now } = await presentSecond((now) => answersTo(verifier, specimen, now));
    const expected = await judge(value.token, now);
    for (const answer of value.answers) compare(value.token, answer, expected);
    tally.note(expected.broken ?? 'accepted');
    if (expected.broken && expected.joseAccepts) tally.noteStricter();
  });
}

/** Asks twice, and first of all for the token as it was before anything happened to it on its way: memory must not mix them up. */
async function answersTo(
  verifier: TokenVerifier,
  specimen: Specimen,
  now: number,
): Promise<{ token: string; answers: readonly Answer[] }> {
  const ask = (token: string): Promise<Answer> => verifier.verify(token).catch(requireRefusal);
  const original = mint(specimen, now);
  const token = deliver(original, specimen);
  if (token !== original) await ask(original);
  return { token, answers: [await ask(token), await ask(token)] };
}

function requireRefusal(error: unknown): TokenInvalid {
  if (error instanceof TokenInvalid) return error;
  throw new Error('Neither a verdict nor a refusal', { cause: error });
}

function compare(token: string, answer: Answer, expected: OracleVerdict): void {
  const accepted = !(answer instanceof TokenInvalid);
  if (accepted && expected.broken !== null) throw new Error(`Wrongly accepted, against "${expected.broken}": ${token}`);
  if (accepted && expected.broken === null && !sameCaller(answer, expected))
    throw new Error(`Accepted as somebody else, or with other scopes: ${token}`);
  if (!accepted && expected.broken === null) throw new Error(`Wrongly refused, for "${answer.reason}": ${token}`);
}

function sameCaller(caller: Caller, expected: OracleVerdict & { broken: null }): boolean {
  const { issuer, subject, scopes } = expected;
  const sameScopes = caller.scopes.size === scopes.size && [...caller.scopes].every((scope) => scopes.has(scope));
  return caller.issuer === issuer && caller.subject === subject && sameScopes;
}
