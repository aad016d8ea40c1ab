import { createPublicKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JsonWebTokenError, JwtService } from '@nestjs/jwt';
import { InjectDatabase } from '@waybill/database';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { publishedKeys, type StoredSigningKey } from '../signing-keys/stored-signing-keys.js';
import type { ActorClaim } from './access-tokens.js';

/** The claims of an access token of ours, as `AccessTokens` writes them. */
export interface IssuedClaims {
  iss: string;
  sub: string;
  aud: string[];
  client_id: string;
  iat: number;
  exp: number;
  jti: string;
  sid: string;
  service_scopes: string[];
  scope: string;
  cnf?: Record<string, string>;
  act?: ActorClaim;
}

/** A token of ours that holds, and the key that signed it. */
export interface ExaminedToken {
  claims: IssuedClaims;
  keyId: string;
}

/** Three segments of base64url, as short as the guards demand (RFC 7515 §7.1). */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const maximumLength = 8192;

/** Recognises the access tokens that this service has issued. */
@Injectable()
export class IssuedTokens {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly jwt: JwtService,
  ) {}

  /**
   * The claims of a token, if it is one of ours to the letter, has not expired, and its key is not withdrawn: the database
   * is asked, whatever this process remembers. Whether it was taken back is another question.
   */
  async read(token: string): Promise<IssuedClaims | undefined> {
    return (await this.examine(token))?.claims;
  }

  /** As `read`, and which key signed the token. */
  async examine(token: string): Promise<ExaminedToken | undefined> {
    const key = await this.keyOf(token);
    if (key === undefined) return undefined;
    const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    try {
      const expected = { algorithms: [key.algorithm], issuer: this.config.authIssuer };
      return { claims: this.jwt.verify<IssuedClaims>(token, { publicKey, ...expected }), keyId: key.kid };
    } catch (error) {
      if (error instanceof JsonWebTokenError) return undefined;
      throw error;
    }
  }

  private async keyOf(token: string): Promise<StoredSigningKey | undefined> {
    if (token.length > maximumLength || !compactForm.test(token) || !isCanonical(token)) return undefined;
    const named = kidOf(token);
    if (named === undefined) return undefined;
    const keys = await publishedKeys(this.db, 'access-token');
    return keys.find(({ kid }) => kid === named);
  }
}

/** The key id in the header; nothing else is read of a token that nobody has vouched for. */
function kidOf(token: string): string | undefined {
  try {
    const { kid } = Object(JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()));
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined; // what is no JSON is no token
  }
}

/** The signature leaves only itself to be spelt in other ways: base64url whose last bits are not zero. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}
