import { decodeJwt, errors, type FlattenedJWSInput, type JWTHeaderParameters, jwtVerify } from 'jose';
import { audience, issuer, legacyIssuer, pinnedKeys, pinnedSecret } from './issuer.js';
import { judgeByPolicy, type PolicyVerdict } from './policy.js';

const publicKeyAlgorithms = Object.fromEntries(
  Object.entries(pinnedKeys).map(([kid, { algorithm }]) => [kid, algorithm]),
);
const issuers = { [issuer]: publicKeyAlgorithms, [legacyIssuer]: 'HS256' };

/** What ought to be answered to a token. */
export type OracleVerdict = PolicyVerdict & { readonly joseAccepts: boolean };

/**
 * Judges a token without the guard: by `jose`, with the key and its algorithm pinned, and by the written policy. A token is
 * good where both say so.
 * @param now seconds since the epoch
 */
export async function judge(token: string, now: number): Promise<OracleVerdict> {
  const joseAccepts = await acceptedByJose(token, now);
  const verdict = judgeByPolicy(token, { issuers, audience, now });
  return { ...verdict, ...(verdict.broken === null && !joseAccepts && { broken: 'the signature holds' }), joseAccepts };
}

async function acceptedByJose(token: string, now: number): Promise<boolean> {
  try {
    await jwtVerify(token, pinnedKey, {
      issuer: [issuer, legacyIssuer],
      audience,
      algorithms: ['HS256', ...Object.values(publicKeyAlgorithms)],
      currentDate: new Date(now * 1000),
      clockTolerance: 11, // jose takes a token as expired at the very second of `exp`; to the second, the policy judges
    });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** The one key, for its one algorithm, of the issuer that the token names. */
function pinnedKey({ alg, kid }: JWTHeaderParameters, { payload }: FlattenedJWSInput) {
  if (decodeJwt(`.${payload}.`).iss === legacyIssuer && alg === 'HS256') return pinnedSecret;
  if (decodeJwt(`.${payload}.`).iss !== issuer) throw new errors.JWKSNoMatchingKey();
  const pinned = typeof kid === 'string' && Object.hasOwn(pinnedKeys, kid) ? pinnedKeys[kid] : undefined;
  if (pinned?.algorithm !== alg || !pinned) throw new errors.JWKSNoMatchingKey();
  return pinned.publicKey;
}
