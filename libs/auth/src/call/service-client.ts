import type { AxiosInstance } from 'axios';
import { type RequestKey, type SignatureKey, SignatureKeyRing } from '../proof/index.js';
import { CallersAuthority } from './callers-authority.js';
import { type ClientCredentials, type ClientCredentialsOptions, readClientCredentials } from './client-credentials.js';
import { ExchangedAuthority } from './exchanged-authority.js';
import { HopClient } from './hop-client.js';
import { ServiceAuthority } from './service-authority.js';
import { readTarget, type Target, type TargetOptions } from './target.js';

/** Which services may be called, with which key the calls are signed, and how this service shows who it is. */
export interface ServiceClientOptions {
  readonly targets: readonly TargetOptions[];
  /** This service's own name and the keys of the system; needed where a target is signed. */
  readonly signatures?: { readonly caller: string; readonly keys: readonly SignatureKey[] };
  /** Whose tokens this service takes: an exchange needs to know which of them has the client of `clientCredentials`. */
  readonly issuers?: readonly { readonly issuer: string }[];
  /** Needed where this service acts as itself, or exchanges tokens. */
  readonly clientCredentials?: ClientCredentialsOptions;
  /** Allows plain http to the token endpoint beyond the loopback interface. Default: false. */
  readonly allowHttp?: boolean;
  readonly clockToleranceSeconds: number;
}

/** The clients of one target: one for each source of authority. */
interface Hops {
  readonly forCaller: HopClient;
  readonly asService?: HopClient;
}

/**
 * Calls the next service, with the caller's authority or as this service itself. Only the configured targets can be called,
 * so no token reaches any other address.
 */
export class ServiceClient {
  private readonly hops: ReadonlyMap<string, Hops>;
  /** Whether there are client credentials, without which `asService` throws. */
  readonly canActAsService: boolean;

  /** @throws TypeError with the remedy, where a target, the signing key or the client credentials are unsound */
  constructor(http: AxiosInstance, options: ServiceClientOptions) {
    const { clientCredentials, allowHttp = false } = options;
    const credentials = clientCredentials && readClientCredentials(clientCredentials, allowHttp);
    const targets = options.targets.map(readTarget);
    this.canActAsService = credentials !== undefined;
    this.hops = new Map(targets.map((target) => [target.audience, hopsOf(target, http, options, credentials)]));
    if (this.hops.size < targets.length) throw new TypeError('Two targets share one audience. Give each service once.');
  }

  /**
   * The client of one target that carries the caller's authority on: by the caller's token, or by one for which that is
   * exchanged.
   * @throws TypeError where no such target is configured
   */
  to(audience: string): HopClient {
    return this.hopsTo(audience).forCaller;
  }

  /**
   * The client of one target that sends this service's own token, obtained with its client credentials (RFC 6749 §4.4). It
   * works outside of a request too, in a job.
   * @throws TypeError where no such target, no client credentials or no `serviceScopes` of the target are configured
   */
  asService(audience: string): HopClient {
    const { asService } = this.hopsTo(audience);
    if (asService) return asService;
    throw new TypeError(
      this.canActAsService
        ? `It is not said what this service may do at ${audience} as itself. Name the scopes as \`serviceScopes\` of the target.`
        : `This service has no credentials to call ${audience} as itself. Configure \`clientCredentials\` of ServiceAuthModule.`,
    );
  }

  private hopsTo(audience: string): Hops {
    const hops = this.hops.get(audience);
    if (!hops) throw new TypeError(`"${audience}" is no target. Configure it under \`targets\` of ServiceAuthModule.`);
    return hops;
  }
}

function hopsOf(
  target: Target,
  http: AxiosInstance,
  options: ServiceClientOptions,
  credentials: ClientCredentials | undefined,
): Hops {
  const signingKey = target.sign ? signingKeyOf(target, options.signatures) : undefined;
  const way = { http, target, ...(signingKey && { signingKey }) };
  const issuer = exchangingIssuer(options);
  const bindable = !signingKey || options.signatures?.caller === options.clientCredentials?.clientId;
  if (target.authority === 'exchange' && credentials && !bindable) throw keyOfAnother(target);
  const exchanged = credentials && bindable && new ExchangedAuthority(http, credentials, target, signingKey?.keyId);
  const exchange = exchanged && issuer !== undefined ? { issuer, authority: exchanged } : undefined;
  if (target.authority === 'exchange' && !exchange) throw exchangeImpossible(target, credentials);
  const authority = new CallersAuthority(target, options.clockToleranceSeconds, exchange);
  const forCaller = new HopClient({ ...way, authority });
  if (!credentials || target.serviceScopes.length === 0) return { forCaller };
  const asService = new HopClient({ ...way, authority: new ServiceAuthority(http, credentials, target) });
  return { forCaller, asService };
}

/** The issuer that has the client of the credentials: the one that is named, or the only one there is. */
function exchangingIssuer({ clientCredentials, issuers = [] }: ServiceClientOptions): string | undefined {
  return clientCredentials?.issuer ?? (issuers.length === 1 ? issuers[0]?.issuer : undefined);
}

function exchangeImpossible({ audience }: Target, credentials: ClientCredentials | undefined): TypeError {
  return new TypeError(
    credentials
      ? `Whose tokens are to be exchanged for ${audience} is not said. Name the issuer as \`issuer\` of clientCredentials.`
      : `Tokens are to be exchanged for ${audience}, and there are no credentials to do it with. Configure \`clientCredentials\` of ServiceAuthModule.`,
  );
}

/** The issuer binds a token to a key of the client's own, which it knows by the client's name. */
function keyOfAnother({ audience }: Target): TypeError {
  return new TypeError(
    `Tokens for ${audience} are to be bound to a signing key that does not bear the name of the client that gets them. Give clientId of clientCredentials and \`caller\` of signatures the same name, or set \`authority\` of the target to "relay".`,
  );
}

function signingKeyOf({ audience, sign }: Target, signatures: ServiceClientOptions['signatures']): RequestKey {
  if (!signatures) {
    throw new TypeError(
      `${audience} is to be called signed but there are no keys. Configure \`signatures\` of ServiceAuthModule.`,
    );
  }
  const id = typeof sign === 'object' ? sign.key : undefined;
  return new SignatureKeyRing(signatures.keys).signingKeyOf(signatures.caller, id);
}
