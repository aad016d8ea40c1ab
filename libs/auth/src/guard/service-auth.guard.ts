import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type Authority, grantAuthority } from '../call/authority.js';
import { Refusal, RouteUnannotated, ScopeInsufficient } from '../refuse/index.js';
import { TokenVerifier } from '../verify/token-verifier.js';
import { RefusalDesk } from './answer/refusal-desk.js';
import { type AccessRule, accessRuleOf } from './declare/access-rule.js';
import { sensitivityOf } from './declare/sensitive.decorator.js';
import { ClientAddresses } from './demand/client-addresses.js';
import { KeyProofs } from './demand/key-proofs.js';
import { OneTimeTokens } from './demand/one-time-tokens.js';
import { RequestSignatures } from './demand/request-signatures.js';
import { SecondKeys } from './demand/second-keys.js';
import { RevocationFeeds } from './follow/revocation-feeds.js';
import type { HttpRequest } from './receive/http-request.js';
import { requestOf } from './receive/request-of.js';
import { responseOf } from './receive/response-of.js';

/** Guards every route of the application. What is not declared is closed. */
@Injectable()
export class ServiceAuthGuard implements CanActivate {
  constructor(
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    private readonly feeds: RevocationFeeds,
    private readonly keyProofs: KeyProofs,
    private readonly secondKeys: SecondKeys,
    private readonly signatures: RequestSignatures,
    private readonly addresses: ClientAddresses,
    private readonly oneTimeTokens: OneTimeTokens,
    private readonly desk: RefusalDesk,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = accessRuleOf(context);
    if (rule?.kind === 'public') return true;
    const request = requestOf(context);
    if (!request) return this.desk.turnAway(context);
    try {
      await this.judge(request, rule, context);
      return true;
    } catch (refusal) {
      throw refusal instanceof Refusal ? this.desk.refuse(refusal, request) : refusal;
    }
  }

  /** One line for each question that a request is asked, in the order in which a person would ask. */
  private async judge(request: HttpRequest, rule: AccessRule | undefined, context: ExecutionContext): Promise<void> {
    const sensitivity = sensitivityOf(context);
    const presented = this.keyProofs.presented(request, sensitivity);
    requireRule(rule);
    const caller = await this.verifier.verify(presented.token);
    this.desk.recognise(request, caller);
    this.feeds.requireStanding(caller);
    await this.keyProofs.require(request, responseOf(context), presented, sensitivity, caller);
    this.secondKeys.require(request, sensitivity, caller);
    requireScopes(rule, caller);
    this.feeds.requireFreshNews(caller, sensitivity);
    const signer = await this.signatures.require(request, sensitivity, caller);
    const clientAddress = this.addresses.require(request, sensitivity, caller, signer);
    await this.oneTimeTokens.require(request, sensitivity, caller);
    grantAuthority(request, { caller, token: presented.token, ...(clientAddress !== undefined && { clientAddress }) });
  }
}

function requireRule(rule: AccessRule | undefined): asserts rule is AccessRule {
  if (!rule) throw new RouteUnannotated('route.unannotated');
}

function requireScopes(rule: AccessRule, { scopes }: Authority['caller']): void {
  if (rule.kind !== 'scopes') return;
  const held = (scope: string) => scopes.has(scope);
  const enough = rule.match === 'all' ? rule.scopes.every(held) : rule.scopes.some(held);
  if (!enough) throw new ScopeInsufficient(rule.scopes, rule.match);
}
