import { Injectable } from '@nestjs/common';
import { InjectDatabase } from '@waybill/database';
import type { AuthDatabase } from '../database.js';
import { isTakenBack } from '../security-events/taken-back.js';
import { type IssuedClaims, IssuedTokens } from '../tokens/issued-tokens.js';

/** What is said of a token (RFC 7662 §2.2): of one that is not good now, nothing but that. */
export type Introspection = { active: false } | ({ active: true; token_type: 'Bearer' | 'DPoP' } & IssuedClaims);

/** Says whether an access token is good now, by the database alone. */
@Injectable()
export class Introspector {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly issued: IssuedTokens,
  ) {}

  async introspect(token: string): Promise<Introspection> {
    const claims = await this.issued.read(token);
    if (claims === undefined) return { active: false };
    const { jti, sid, service_scopes: scopes } = claims;
    if (await isTakenBack(this.db, { jti, sid, scopes })) return { active: false };
    return { active: true, token_type: claims.cnf?.jkt === undefined ? 'Bearer' : 'DPoP', ...claims };
  }
}
