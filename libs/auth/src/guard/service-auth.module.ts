import { HttpModule, HttpService } from '@nestjs/axios';
import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, ModulesContainer } from '@nestjs/core';
import { handlersOf } from '../audit/handlers.js';
import { RouteAudit, RouteInventory } from '../audit/index.js';
import { ServiceClient } from '../call/index.js';
import { DpopProofs } from '../proof/index.js';
import type { TrustedIssuer } from '../verify/index.js';
import { TokenVerifier } from '../verify/token-verifier.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { RefusalFilter } from './answer/refusal.filter.js';
import { RefusalDesk } from './answer/refusal-desk.js';
import { AuthorityInterceptor } from './authority.interceptor.js';
import { ConfigurableServiceAuthModule, type OPTIONS_TYPE } from './configurable-module.js';
import { ClientAddresses } from './demand/client-addresses.js';
import { KeyProofs } from './demand/key-proofs.js';
import { OneTimeTokens } from './demand/one-time-tokens.js';
import { RequestSignatures } from './demand/request-signatures.js';
import { SecondKeys } from './demand/second-keys.js';
import { followIssuers } from './follow/follow-issuers.js';
import { RevocationFeeds } from './follow/revocation-feeds.js';
import { KeyReadiness } from './key-readiness.js';
import { RequestDeadlines } from './receive/request-deadlines.js';
import { gateMessages } from './receive/transport-gate.js';
import { requireServiceAuthOptions } from './require-options.js';
import { ServiceAuthGuard } from './service-auth.guard.js';
import {
  clockToleranceOf,
  maxVerifiedTokensOf,
  SERVICE_AUTH_OPTIONS,
  type ServiceAuthOptions,
} from './service-auth.options.js';
import { TRUSTED_ISSUERS, trustedIssuers } from './trusted-issuers.js';

/**
 * Guards every route of the application that imports it, and offers `ServiceClient` to call the next service with the
 * caller's authority or as this service itself: `ServiceAuthModule.forRoot({ issuers: [{ issuer, audience }] })`, or `forRootAsync`.
 */
@Global()
@Module({
  imports: [HttpModule.register({})], // an axios of its own: what the application does to the common one sees no token
  providers: [
    { provide: TRUSTED_ISSUERS, useFactory: trustedIssuers, inject: [SERVICE_AUTH_OPTIONS] },
    {
      provide: TokenVerifier,
      useFactory: tokenVerifier,
      inject: [TRUSTED_ISSUERS, AccessTokenStrategy, SERVICE_AUTH_OPTIONS],
    },
    {
      provide: RevocationFeeds,
      useFactory: followIssuers,
      inject: [TRUSTED_ISSUERS, HttpService, AccessTokenStrategy, SERVICE_AUTH_OPTIONS],
    },
    AccessTokenStrategy,
    ClientAddresses,
    { provide: DpopProofs, useFactory: dpopProofs, inject: [SERVICE_AUTH_OPTIONS] },
    KeyProofs,
    KeyReadiness,
    OneTimeTokens,
    RefusalDesk,
    RequestDeadlines,
    RequestSignatures,
    RouteAudit,
    RouteInventory,
    SecondKeys,
    { provide: ServiceClient, useFactory: serviceClient, inject: [HttpService, SERVICE_AUTH_OPTIONS] },
    ServiceAuthGuard,
    { provide: APP_GUARD, useExisting: ServiceAuthGuard },
    { provide: APP_INTERCEPTOR, useClass: AuthorityInterceptor },
    { provide: APP_FILTER, useClass: RefusalFilter },
  ],
  exports: [ClientAddresses, DpopProofs, KeyReadiness, RevocationFeeds, RouteInventory, ServiceClient],
})
export class ServiceAuthModule
  extends ConfigurableServiceAuthModule
  implements OnApplicationBootstrap, OnModuleDestroy
{
  /** @throws TypeError with the remedy */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    requireServiceAuthOptions(options);
    return { ...ConfigurableServiceAuthModule.forRoot(options), module: ServiceAuthModule };
  }

  /** @throws TypeError where the module stands in the application twice */
  constructor(
    @Inject(TRUSTED_ISSUERS) private readonly issuers: readonly TrustedIssuer[],
    modules: ModulesContainer,
  ) {
    super();
    requireOnce(modules);
    gateMessages(handlersOf(modules));
  }

  /** Begins to fetch keys. The boot does not wait for an issuer that is not up yet: `KeyReadiness` does. */
  onApplicationBootstrap(): void {
    for (const { keys } of this.issuers) void keys.start();
  }

  onModuleDestroy(): void {
    for (const { keys } of this.issuers) keys.stop();
  }
}

/** Two guards with options of their own would each judge every request, and one `ServiceClient` would hide the other. */
function requireOnce(modules: ModulesContainer): void {
  if ([...modules.values()].filter(({ metatype }) => metatype === ServiceAuthModule).length > 1) {
    throw new TypeError('ServiceAuthModule is imported twice. Import it once, in the root module: it is global.');
  }
}

function tokenVerifier(
  issuers: readonly TrustedIssuer[],
  { holds }: AccessTokenStrategy,
  options: ServiceAuthOptions,
): TokenVerifier {
  return new TokenVerifier({
    issuers,
    signatureHolds: holds,
    clockToleranceSeconds: clockToleranceOf(options),
    maxVerifiedTokens: maxVerifiedTokensOf(options),
  });
}

/** Null where the service takes no proofs. */
function dpopProofs(options: ServiceAuthOptions): DpopProofs | null {
  return options.dpop ? new DpopProofs(options.dpop, clockToleranceOf(options)) : null;
}

function serviceClient({ axiosRef }: HttpService, options: ServiceAuthOptions): ServiceClient {
  const { targets = [] } = options;
  return new ServiceClient(axiosRef, { ...options, targets, clockToleranceSeconds: clockToleranceOf(options) });
}
