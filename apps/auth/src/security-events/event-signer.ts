import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Keyring } from '../signing-keys/keyring.js';
import type { PublicJwk } from '../signing-keys/signing-key.js';
import { EVENT_KEYRING } from '../signing-keys/signing-keys.module.js';

/** Media types of what the feed carries; a reader never takes one for the other (RFC 8725 §3.11). */
export type EventTokenType = 'secevent+jwt' | 'waybill-snapshot+jwt' | 'waybill-heartbeat+jwt';

/** Signs what the feed carries, with keys that sign nothing else. */
@Injectable()
export class EventSigner {
  constructor(
    @Inject(EVENT_KEYRING) private readonly keyring: Keyring,
    private readonly jwt: JwtService,
  ) {}

  /** A compact JWS over these claims, which must have an `iat`. */
  sign(typ: EventTokenType, claims: { iat: number }): string {
    const { kid, algorithm, privateKey } = this.keyring.current();
    return this.jwt.sign(claims, { privateKey, algorithm, keyid: kid, header: { alg: algorithm, typ } });
  }

  /** The keys with which readers verify it (RFC 7517 §5). */
  jwks(): { keys: readonly PublicJwk[] } {
    return { keys: this.keyring.publicKeys() };
  }
}
