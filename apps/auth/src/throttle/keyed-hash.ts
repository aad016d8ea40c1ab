import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { developmentSecret } from '@waybill/service-defaults';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';

/**
 * Names things in stores that need not know them: what people type as their name may be a password, and an address is
 * about a person. The keys are derived (HKDF, RFC 5869) from those that encrypt private keys: the first hashes, all are
 * looked up. Two services with different issuers may share a Redis.
 */
@Injectable()
export class KeyedHash {
  private readonly keys: Buffer[];

  constructor(@Inject(AUTH_CONFIG) private readonly config: AuthConfig) {
    const { authKeyEncryptionKeys: configured, dataDir } = config;
    const roots =
      configured.length > 0 ? configured.map(({ bytes }) => bytes) : [developmentSecret(dataDir, 'throttle')];
    this.keys = roots.map((root) => Buffer.from(hkdfSync('sha256', root, '', 'waybill throttle', 32)));
  }

  /** The name under which a thing is stored. */
  of(...parts: string[]): string {
    return this.all(...parts)[0] ?? '';
  }

  /** All names under which it may be stored. */
  all(...parts: string[]): string[] {
    const text = JSON.stringify([this.config.authIssuer, ...parts]);
    return this.keys.map((key) => createHmac('sha256', key).update(text).digest('base64url'));
  }
}
