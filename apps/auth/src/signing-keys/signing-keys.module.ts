import { type DynamicModule, Module } from '@nestjs/common';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { Keyring } from './keyring.js';

/** The signing keys, for whoever signs with them, shows them, or verifies with them. */
@Module({})
export class SigningKeysModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: SigningKeysModule,
      global: true,
      providers: [{ provide: AUTH_CONFIG, useValue: config }, Keyring],
      exports: [AUTH_CONFIG, Keyring],
    };
  }
}
