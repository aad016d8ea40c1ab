import { Body, Controller, Header, HttpCode, Inject, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import { AddressPrefix, ClientAddresses, type Confirmation, Public } from '@waybill/auth';
import { invalidCredentials } from '../accounts/account.problems.js';
import { Accounts } from '../accounts/accounts.js';
import { firstPartyClient } from '../clients/first-party-client.js';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { NextNonceInterceptor } from '../proven-keys/next-nonce.interceptor.js';
import { ProvenKeys } from '../proven-keys/proven-keys.js';
import { Sessions } from '../sessions/sessions.js';
import { GuessDefence } from '../throttle/guess-defence.js';
import type { FastifyRequest } from '../token/token-request.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { type LoginBody, loginBody } from './login.body.js';
import { clientAddressUnknown } from './login.problems.js';

/** First-party sign-in: a name and a password for an access token and a refresh token of the shop's own client. */
@Controller('login')
export class LoginController {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly accounts: Accounts,
    private readonly defence: GuessDefence,
    private readonly provenKeys: ProvenKeys,
    private readonly sessions: Sessions,
    private readonly tokens: AccessTokens,
    private readonly addresses: ClientAddresses,
  ) {}

  @Post()
  @Public()
  @UseGuards(JsonOnlyGuard)
  @UseInterceptors(NextNonceInterceptor)
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  async login(
    @Body({ schema: loginBody }) { username, password, scope, bindAddress = false }: LoginBody,
    @Req() request: FastifyRequest,
  ): Promise<TokenAnswer> {
    const place = bindAddress ? this.placeOf(request) : {};
    const address = this.addresses.of(request) ?? '';
    const caller = { kind: 'account', name: username, address } as const;
    const sub = await this.defence.check(caller, () => this.accounts.signIn(username, password));
    if (sub === undefined) throw invalidCredentials();
    const proven = await this.provenKeys.bindingOf(request.raw);
    const bound = { ...proven, ...place };
    const confirmation = Object.keys(bound).length > 0 ? bound : undefined;
    const signIn = { sub, clientId: firstPartyClient, confirmation };
    const { sid, scopes, refreshToken } = await this.sessions.open(signIn, scope);
    return { ...this.tokens.answer({ ...signIn, sid, scopes }), refresh_token: refreshToken };
  }

  /** Of who comes through a proxy that does not say so, nobody can tell from where. */
  private placeOf(request: FastifyRequest): Confirmation {
    const range = AddressPrefix.of(this.addresses.toBind(request) ?? '', this.config.addressPrefixLengths);
    if (!range) throw clientAddressUnknown();
    return { clientAddress: range.toString() };
  }
}
