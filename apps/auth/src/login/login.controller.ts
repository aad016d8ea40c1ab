import { Body, Controller, Header, HttpCode, Ip, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import { Public } from '@waybill/auth';
import { ProblemException } from '@waybill/service-defaults';
import { Accounts } from '../accounts/accounts.js';
import { firstPartyClient } from '../clients/first-party-client.js';
import { NextNonceInterceptor } from '../proven-keys/next-nonce.interceptor.js';
import { ProvenKeys } from '../proven-keys/proven-keys.js';
import { Sessions } from '../sessions/sessions.js';
import { GuessDefence } from '../throttle/guess-defence.js';
import type { FastifyRequest } from '../token/token-request.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { type LoginBody, loginBody } from './login.body.js';

/** First-party sign-in: a name and a password for an access token and a refresh token of the shop's own client. */
@Controller('login')
export class LoginController {
  constructor(
    private readonly accounts: Accounts,
    private readonly defence: GuessDefence,
    private readonly provenKeys: ProvenKeys,
    private readonly sessions: Sessions,
    private readonly tokens: AccessTokens,
  ) {}

  @Post()
  @Public()
  @UseGuards(JsonOnlyGuard)
  @UseInterceptors(NextNonceInterceptor)
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  async login(
    @Body({ schema: loginBody }) { username, password, scope }: LoginBody,
    @Ip() address: string,
    @Req() { raw }: FastifyRequest,
  ): Promise<TokenAnswer> {
    const caller = { kind: 'account', name: username, address } as const;
    const sub = await this.defence.check(caller, () => this.accounts.signIn(username, password));
    if (sub === undefined) throw invalidCredentials();
    const signIn = { sub, clientId: firstPartyClient, confirmation: await this.provenKeys.bindingOf(raw) };
    const { sid, scopes, refreshToken } = await this.sessions.open(signIn, scope);
    return { ...this.tokens.answer({ ...signIn, sid, scopes }), refresh_token: refreshToken };
  }
}

/** The same for an unknown name and a wrong password; OAuth clients find the error code they know. */
function invalidCredentials(): ProblemException {
  const detail = 'There is no account with this name and password.';
  return new ProblemException(401, 'invalid_credentials', 'Sign-in refused', detail, {
    error: 'invalid_grant',
    error_description: detail,
  });
}
