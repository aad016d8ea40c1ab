import { HttpModule, HttpService } from '@nestjs/axios';
import { Global, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ServiceClient } from '../call/index.js';
import type { TrustedIssuer } from '../verify/index.js';
import { TokenVerifier } from '../verify/token-verifier.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthorityInterceptor } from './authority.interceptor.js';
import { KeyReadiness } from './key-readiness.js';
import { RefusalFilter } from './refusal.filter.js';
import { RefusalDesk } from './refusal-desk.js';
import { RequestSignatures } from './request-signatures.js';
import { ServiceAuthGuard } from './service-auth.guard.js';
import {
  ConfigurableServiceAuthModule,
  clockToleranceOf,
  SERVICE_AUTH_OPTIONS,
  type ServiceAuthOptions,
} from './service-auth.options.js';
import { TRUSTED_ISSUERS, trustedIssuers } from './trusted-issuers.js';

/**
 * Guards every route of the application that imports it, and offers `ServiceClient` to call the next service with the
 * caller's authority: `ServiceAuthModule.forRoot({ issuers: [{ issuer, audience }] })`, or `forRootAsync`.
 */
@Global()
@Module({
  imports: [HttpModule],
  providers: [
    { provide: TRUSTED_ISSUERS, useFactory: trustedIssuers, inject: [SERVICE_AUTH_OPTIONS] },
    {
      provide: TokenVerifier,
      useFactory: tokenVerifier,
      inject: [TRUSTED_ISSUERS, AccessTokenStrategy, SERVICE_AUTH_OPTIONS],
    },
    AccessTokenStrategy,
    KeyReadiness,
    RefusalDesk,
    RequestSignatures,
    { provide: ServiceClient, useFactory: serviceClient, inject: [HttpService, SERVICE_AUTH_OPTIONS] },
    ServiceAuthGuard,
    { provide: APP_GUARD, useExisting: ServiceAuthGuard },
    { provide: APP_INTERCEPTOR, useClass: AuthorityInterceptor },
    { provide: APP_FILTER, useClass: RefusalFilter },
  ],
  exports: [KeyReadiness, ServiceClient],
})
export class ServiceAuthModule
  extends ConfigurableServiceAuthModule
  implements OnApplicationBootstrap, OnModuleDestroy
{
  constructor(@Inject(TRUSTED_ISSUERS) private readonly issuers: readonly TrustedIssuer[]) {
    super();
  }

  /** Begins to fetch keys. The boot does not wait for an issuer that is not up yet: `KeyReadiness` does. */
  onApplicationBootstrap(): void {
    for (const { keys } of this.issuers) void keys.start();
  }

  onModuleDestroy(): void {
    for (const { keys } of this.issuers) keys.stop();
  }
}

function tokenVerifier(
  issuers: readonly TrustedIssuer[],
  { holds }: AccessTokenStrategy,
  options: ServiceAuthOptions,
): TokenVerifier {
  return new TokenVerifier({ issuers, signatureHolds: holds, clockToleranceSeconds: clockToleranceOf(options) });
}

function serviceClient({ axiosRef }: HttpService, options: ServiceAuthOptions): ServiceClient {
  const { targets = [], signatures } = options;
  const clockToleranceSeconds = clockToleranceOf(options);
  return new ServiceClient(axiosRef, { targets, clockToleranceSeconds, ...(signatures && { signatures }) });
}
