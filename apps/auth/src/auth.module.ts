import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { type ReplayStore, ServiceAuthModule, type ServiceAuthOptions } from '@waybill/auth';
import { Audience } from '@waybill/contracts';
import { DatabaseModule, retryWhileAway } from '@waybill/database';
import { NONCES, NoncesModule } from '@waybill/service-defaults';
import { Accounts } from './accounts/accounts.js';
import { AuditController } from './audit/audit.controller.js';
import { Clients } from './clients/clients.js';
import type { AuthConfig } from './config.js';
import { CutOffs } from './cut-off/cut-offs.js';
import { databaseOptions } from './database.js';
import { DiscoveryController } from './discovery/discovery.controller.js';
import { IntrospectController } from './introspect/introspect.controller.js';
import { Introspector } from './introspect/introspection.js';
import { KeyRotationController } from './key-rotation/key-rotation.controller.js';
import { KeyRotation } from './key-rotation/key-rotation.js';
import { RotationSchedule } from './key-rotation/rotation-schedule.js';
import { LoginController } from './login/login.controller.js';
import { ProvenKeys } from './proven-keys/proven-keys.js';
import { Revocation } from './revoke/revocation.js';
import { RevokeController } from './revoke/revoke.controller.js';
import { CreateSecondKey } from './second-keys/create-second-key.js';
import { RevokeSecondKey } from './second-keys/revoke-second-key.js';
import { SecondKeysController } from './second-keys/second-keys.controller.js';
import { EventFeed } from './security-events/event-feed.js';
import { SecurityEventLog } from './security-events/security-event-log.js';
import { SecurityEventsModule } from './security-events/security-events.module.js';
import { Seeder } from './seed/seeder.js';
import { ServiceClientSecrets } from './seed/service-client-secrets.js';
import { SessionEnds } from './sessions/session-ends.js';
import { Sessions } from './sessions/sessions.js';
import { SignOutController } from './sign-out/sign-out.controller.js';
import { SignOut } from './sign-out/sign-out.js';
import { Keyring } from './signing-keys/keyring.js';
import { signingAlgorithms } from './signing-keys/signing-key.js';
import { EVENT_KEYRING, SigningKeysModule } from './signing-keys/signing-keys.module.js';
import { ReplaceScopes } from './subject-scopes/replace-scopes.js';
import { SubjectScopesController } from './subject-scopes/subject-scopes.controller.js';
import { Sweeper } from './sweep/sweeper.js';
import { ThrottleModule } from './throttle/throttle.module.js';
import { ClientCredentialsGrant } from './token/client-credentials.grant.js';
import { RefreshTokenGrant } from './token/refresh-token.grant.js';
import { TokenController } from './token/token.controller.js';
import { ExchangedTokens } from './token-exchange/exchanged-tokens.js';
import { TokenExchangeGrant } from './token-exchange/token-exchange.grant.js';
import { TokenExchange } from './token-exchange/token-exchange.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { IssuedTokens } from './tokens/issued-tokens.js';
import { DeliverWebhook } from './webhooks/deliver-webhook.js';
import { WebhookDeliveriesController } from './webhooks/webhook-deliveries.controller.js';
import { WebhookQueue } from './webhooks/webhook-queue.js';

/** The auth service: who may sign in, what they are granted, and the tokens that say so. */
@Module({
  controllers: [
    AuditController,
    DiscoveryController,
    IntrospectController,
    KeyRotationController,
    LoginController,
    RevokeController,
    SecondKeysController,
    SignOutController,
    SubjectScopesController,
    TokenController,
    WebhookDeliveriesController,
  ],
  providers: [
    AccessTokens,
    Accounts,
    ClientCredentialsGrant,
    Clients,
    CreateSecondKey,
    CutOffs,
    DeliverWebhook,
    ExchangedTokens,
    Introspector,
    IssuedTokens,
    KeyRotation,
    ProvenKeys,
    RefreshTokenGrant,
    ReplaceScopes,
    Revocation,
    RevokeSecondKey,
    RotationSchedule,
    Seeder,
    ServiceClientSecrets,
    SessionEnds,
    Sweeper,
    Sessions,
    SignOut,
    TokenExchange,
    TokenExchangeGrant,
    WebhookQueue,
  ],
})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly seeder: Seeder,
    private readonly keyring: Keyring,
    @Inject(EVENT_KEYRING) private readonly eventKeyring: Keyring,
    private readonly log: SecurityEventLog,
    private readonly clientSecrets: ServiceClientSecrets,
    private readonly exchanged: ExchangedTokens,
  ) {}

  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        DatabaseModule.forRoot(databaseOptions(config)),
        JwtModule.register({}),
        SigningKeysModule.forRoot(config),
        ThrottleModule.forRoot(config.redisUrl),
        SecurityEventsModule,
        ServiceAuthModule.forRootAsync({
          imports: [NoncesModule.forRoot(config)],
          useFactory: (keyring, feed, replayStore) => guardItself(config, keyring, feed, replayStore),
          inject: [Keyring, EventFeed, NONCES],
        }),
      ],
    };
  }

  /** The database is judged before anything is changed in it. */
  async onModuleInit(): Promise<void> {
    await retryWhileAway('auth', () => this.seeder.seed());
    const [outdated] = await Promise.all([
      retryWhileAway('auth', () => this.clientSecrets.outdated()),
      retryWhileAway('auth', () => this.keyring.unlock()),
      retryWhileAway('auth', () => this.eventKeyring.unlock()),
      retryWhileAway('auth', () => this.log.begin()),
    ]);
    // Before what came by an old secret is looked for.
    await retryWhileAway('auth', () => this.exchanged.sweep());
    for (const client of outdated) await retryWhileAway('auth', () => this.clientSecrets.renew(client));
  }
}

/** Auth's own routes trust nobody's tokens but its own, and follow the log as every other guard does. */
function guardItself(
  { authIssuer, guard, publicUrls, dpopNonceSecret: nonceSecret }: AuthConfig,
  keyring: Keyring,
  events: EventFeed,
  replayStore: ReplayStore,
): ServiceAuthOptions {
  const jwks = async () => ({ keys: await keyring.presentKeys() });
  const itself = { issuer: authIssuer, audience: Audience.Auth, algorithms: signingAlgorithms, jwks, events };
  // The metadata name the endpoints by the issuer's own address.
  const dpop = { publicUrls: [authIssuer, ...publicUrls], nonceSecret, replayStore };
  return { ...guard, issuers: [itself], dpop };
}
