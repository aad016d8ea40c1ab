import { createHash, randomUUID } from 'node:crypto';
import { createDpopKey, type DpopKey } from '../../proof/index.js';
import { sealToken, segment, type TokenSigner } from '../seal-token.js';
import type { AttackContext, DpopRoute } from './attack-context.js';
import type { AttackRequest, GuardedRoute } from './attack-request.js';
import { now } from './token-text.js';

/** In what a proof differs from a good one, or the request from the one that it is for. */
export interface ProofDeviation {
  /** Where it is sent. Default: the route that demands a proof. */
  readonly route?: GuardedRoute;
  readonly token?: string;
  /** The thumbprint of what the token is bound to. Default: the key that goes with the proof. */
  readonly boundTo?: string;
  /** Default: DPoP. */
  readonly scheme?: string;
  /** Members to add, replace, or remove (`undefined`). */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** What signs. Default: the key of the token. */
  readonly signer?: TokenSigner;
  /** What becomes of the proof: the `DPoP` fields that are sent. */
  readonly fields?: (proof: string) => readonly string[];
}

/** A request with a token that is bound to a key, and a proof of that key (RFC 9449 §4.2) as the guard wants it, but for the deviation. */
export function provenRequest(
  context: AttackContext,
  deviation: ProofDeviation = {},
  key: DpopKey = createDpopKey(),
): AttackRequest {
  const { dpop } = context;
  const { route = dpop, boundTo: thumbprint = key.thumbprint, scheme = 'DPoP' } = deviation;
  const { token = boundToken(context, route, { thumbprint }) } = deviation;
  const { fields = (proof: string) => [proof] } = deviation;
  const proof = proofFor({ ...dpop, ...route }, context.origin, token, key, deviation);
  return {
    route,
    headers: [['Authorization', `${scheme} ${token}`], ...fields(proof).map((field) => ['DPoP', field] as const)],
  };
}

/** A genuine token that is good for the route, and bound to the key. */
export function boundToken(
  context: AttackContext,
  route: GuardedRoute,
  { thumbprint }: Pick<DpopKey, 'thumbprint'>,
): string {
  return context.mint({ scopes: route.scopes, claims: { cnf: { jkt: thumbprint } } });
}

/** The digest of a token as a proof names it (`ath`). */
export function digestOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function proofFor(
  { method, path, publicUrl }: DpopRoute,
  origin: string,
  token: string,
  { algorithm, publicJwk, privateKey }: DpopKey,
  { header, claims, signer }: ProofDeviation,
): string {
  const written = {
    jti: randomUUID(),
    htm: method,
    htu: (publicUrl ?? origin) + path,
    iat: now(),
    ath: digestOfToken(token).toString('base64url'),
    ...claims,
  };
  return sealToken(
    segment({ typ: 'dpop+jwt', alg: algorithm, jwk: publicJwk, ...header }),
    segment(written),
    signer ?? { algorithm: algorithm as TokenSigner['algorithm'], key: privateKey },
  );
}
