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
}

/** A successful answer with an access token (RFC 6749 §5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer' | 'DPoP';
  expires_in: number;
  scope: string;
  refresh_token?: string;
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
    return {
      access_token: this.sign(subject),
      token_type: subject.confirmation?.keyThumbprint === undefined ? 'Bearer' : 'DPoP',
      expires_in: this.config.tokenTtlSeconds,
      scope: subject.scopes.join(' '),
    };
  }

  private sign({ sub, clientId, sid, scopes, confirmation }: AccessTokenSubject): string {
    const { kid, algorithm, privateKey } = this.keyring.current();
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.config.authIssuer,
      sub,
      aud: audienceFor(clientId, scopes),
      client_id: clientId,
      iat,
      exp: iat + this.config.tokenTtlSeconds,
      jti: randomUUID(),
      sid,
      service_scopes: scopes,
      scope: scopes.join(' '),
      ...(confirmation && { cnf: confirmationClaim(confirmation) }),
    };
    // With an `iat` among the claims, jsonwebtoken keeps it; its option `noTimestamp` would remove it.
    return this.jwt.sign(claims, { privateKey, algorithm, keyid: kid, header: { alg: algorithm, typ: 'at+jwt' } });
  }
}

/** The services where the scopes act; a person who signed in can always turn to the auth service as well. */
function audienceFor(clientId: string, scopes: readonly Scope[]): Audience[] {
  const audiences = audiencesOf(scopes);
  return clientId === firstPartyClient ? [...new Set([...audiences, Audience.Auth])] : audiences;
}
