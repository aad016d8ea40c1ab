import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { type Confirmation, confirmationClaim } from '@waybill/auth';
import { Audience, audiencesOf, type Scope } from '@waybill/contracts';
import { firstPartyClient } from '../clients/first-party-client.js';
import type { AuthConfig } from '../config.js';
import { AUTH_CONFIG } from '../config.js';
import { Keyring } from '../signing-keys/keyring.js';

/** On whose behalf, for whom and for what a token is. */
export interface AccessTokenSubject {
  sub: string;
  clientId: string;
  /** The sign-in that the token comes from. */
  sid: string;
  scopes: readonly Scope[];
  /** What the token is bound to. */
  confirmation?: Confirmation | undefined;
  /** For which services alone it is; where nothing is said, for those where its scopes act. */
  audience?: readonly Audience[];
  /** The latest at which it may expire, seconds since the epoch. */
  notAfter?: number;
  /** Who acts on the subject's behalf. */
  actor?: ActorClaim;
}

/** The `act` claim (RFC 8693 §4.1): who acts, and on whose behalf that one was asked to. */
export interface ActorClaim {
  sub: string;
  act?: ActorClaim;
}

/** A successful answer with an access token (RFC 6749 §5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer' | 'DPoP';
  expires_in: number;
  scope: string;
  refresh_token?: string;
}

/** A token that was issued, in its answer, and what has to be known to take it back. */
export interface IssuedToken {
  answer: TokenAnswer;
  tokenId: string;
  /** The key that signed it. */
  keyId: string;
  expiresAt: Date;
}

/** Issues access tokens: JWTs as of RFC 9068, with `service_scopes` and `sid` besides. */
@Injectable()
export class AccessTokens {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly keyring: Keyring,
    private readonly jwt: JwtService,
  ) {}

  /** Signs a token and wraps it in the answer that carries it. */
  answer(subject: AccessTokenSubject): TokenAnswer {
    return this.issue(subject).answer;
  }

  /** As `answer`, for who has to keep a record of it. */
  issue(subject: AccessTokenSubject): IssuedToken {
    const { scopes, confirmation, notAfter = Number.POSITIVE_INFINITY } = subject;
    const { kid: keyId, algorithm, privateKey } = this.keyring.current();
    const [iat, tokenId] = [Math.floor(Date.now() / 1000), randomUUID()];
    const exp = Math.min(iat + this.config.tokenTtlSeconds, notAfter);
    const claims = { iss: this.config.authIssuer, ...claimsOf(subject), iat, exp, jti: tokenId };
    // With an `iat` among the claims, jsonwebtoken keeps it; its option `noTimestamp` would remove it.
    const signing = { privateKey, algorithm, keyid: keyId, header: { alg: algorithm, typ: 'at+jwt' } };
    const answer: TokenAnswer = {
      access_token: this.jwt.sign(claims, signing),
      token_type: confirmation?.keyThumbprint === undefined ? 'Bearer' : 'DPoP',
      expires_in: exp - iat,
      scope: scopes.join(' '),
    };
    return { answer, tokenId, keyId, expiresAt: new Date(exp * 1000) };
  }
}

function claimsOf({ sub, clientId, sid, scopes, audience, confirmation, actor }: AccessTokenSubject) {
  return {
    sub,
    aud: audience ?? audienceFor(clientId, scopes),
    client_id: clientId,
    sid,
    service_scopes: scopes,
    scope: scopes.join(' '),
    ...(confirmation && { cnf: confirmationClaim(confirmation) }),
    ...(actor && { act: actor }),
  };
}

/** The services where the scopes act; a person who signed in can always turn to the auth service as well. */
function audienceFor(clientId: string, scopes: readonly Scope[]): Audience[] {
  const audiences = audiencesOf(scopes);
  return clientId === firstPartyClient ? [...new Set([...audiences, Audience.Auth])] : audiences;
}
