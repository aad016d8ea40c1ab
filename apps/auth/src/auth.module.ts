import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { ServiceAuthModule, type ServiceAuthOptions } from '@waybill/auth';
import { Audience } from '@waybill/contracts';
import { DatabaseModule, retryWhileAway } from '@waybill/database';
import { Accounts } from './accounts/accounts.js';
import { Clients } from './clients/clients.js';
import type { AuthConfig } from './config.js';
import { databaseOptions } from './database.js';
import { DiscoveryController } from './discovery/discovery.controller.js';
import { Grants } from './grants/grants.js';
import { LoginController } from './login/login.controller.js';
import { SecurityEventLog } from './security-events/security-event-log.js';
import { SecurityEventsModule } from './security-events/security-events.module.js';
import { Seeder } from './seed/seeder.js';
import { SessionSweeper } from './sessions/session-sweeper.js';
import { Sessions } from './sessions/sessions.js';
import { Keyring } from './signing-keys/keyring.js';
import { signingAlgorithms } from './signing-keys/signing-key.js';
import { EVENT_KEYRING, SigningKeysModule } from './signing-keys/signing-keys.module.js';
import { ClientCredentialsGrant } from './token/client-credentials.grant.js';
import { RefreshTokenGrant } from './token/refresh-token.grant.js';
import { TokenController } from './token/token.controller.js';
import { AccessTokens } from './tokens/access-tokens.js';

/** The auth service: who may sign in, what they are granted, and the tokens that say so. */
@Module({
  controllers: [DiscoveryController, LoginController, TokenController],
  providers: [
    AccessTokens,
    Accounts,
    ClientCredentialsGrant,
    Clients,
    Grants,
    RefreshTokenGrant,
    Seeder,
    SessionSweeper,
    Sessions,
  ],
})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly seeder: Seeder,
    private readonly keyring: Keyring,
    @Inject(EVENT_KEYRING) private readonly eventKeyring: Keyring,
    private readonly log: SecurityEventLog,
  ) {}

  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        DatabaseModule.forRoot(databaseOptions(config)),
        JwtModule.register({}),
        SigningKeysModule.forRoot(config),
        SecurityEventsModule,
        ServiceAuthModule.forRootAsync({ useFactory: (keyring) => trustItself(config, keyring), inject: [Keyring] }),
      ],
    };
  }

  /** The database is judged before anything is changed in it. */
  async onModuleInit(): Promise<void> {
    await retryWhileAway('auth', () => this.seeder.seed());
    await Promise.all([
      retryWhileAway('auth', () => this.keyring.unlock()),
      retryWhileAway('auth', () => this.eventKeyring.unlock()),
      retryWhileAway('auth', () => this.log.begin()),
      retryWhileAway('auth', () => this.seeder.renewServiceClientSecrets()),
    ]);
  }
}

/** Auth's own routes trust nobody's tokens but its own. */
function trustItself({ authIssuer, guard }: AuthConfig, keyring: Keyring): ServiceAuthOptions {
  const jwks = async () => ({ keys: keyring.publicKeys() });
  return { ...guard, issuers: [{ issuer: authIssuer, audience: Audience.Auth, algorithms: signingAlgorithms, jwks }] };
}
