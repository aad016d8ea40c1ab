import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import { DATABASE } from '@waybill/database';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { Keyring } from './keyring.js';
import type { KeyPurpose } from './signing-key.js';

/** The provider token of the {@link Keyring} that signs security events; `Keyring` itself signs access tokens. */
export const EVENT_KEYRING = Symbol('EVENT_KEYRING');

/** The signing keys, for whoever signs with them, shows them, or verifies with them. */
@Module({})
export class SigningKeysModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: SigningKeysModule,
      global: true,
      providers: [
        { provide: AUTH_CONFIG, useValue: config },
        keyring(Keyring, 'access-token'),
        keyring(EVENT_KEYRING, 'security-event'),
      ],
      exports: [AUTH_CONFIG, Keyring, EVENT_KEYRING],
    };
  }
}

function keyring(provide: InjectionToken, purpose: KeyPurpose): Provider {
  const useFactory = (config: AuthConfig, db: AuthDatabase) => new Keyring(config, db, purpose);
  return { provide, useFactory, inject: [AUTH_CONFIG, DATABASE] };
}
