import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Public } from '@waybill/auth';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { Keyring } from '../signing-keys/keyring.js';
import type { PublicJwk } from '../signing-keys/signing-key.js';
import { type AuthorizationServerMetadata, metadataOf } from './metadata.js';

/** What verifiers and clients need to know of this issuer. Nothing here is secret, and caches must not keep it for long. */
@Controller('.well-known')
export class DiscoveryController {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly keyring: Keyring,
  ) {}

  /** The public keys (RFC 7517 §5). */
  @Get('jwks.json')
  @Public()
  @Header('Cache-Control', 'public, max-age=15')
  async jwks(): Promise<{ keys: readonly PublicJwk[] }> {
    return { keys: await this.keyring.presentKeys() };
  }

  /** The authorization server's metadata (RFC 8414 §3). */
  @Get('oauth-authorization-server')
  @Public()
  @Header('Cache-Control', 'public, max-age=300')
  metadata(): AuthorizationServerMetadata {
    return metadataOf(this.config.authIssuer);
  }
}
