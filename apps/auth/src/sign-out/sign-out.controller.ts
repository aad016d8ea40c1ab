import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { Authenticated, Caller, ScopeInsufficient } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { actorOf } from '../audit/actor.js';
import { subjectNotFound } from '../subjects/subject.problems.js';
import { subjectParameter } from '../subjects/subject-parameter.js';
import { SignOut } from './sign-out.js';

/** Signs out everywhere: oneself, or with `tokens.revoke` anybody. Who may not is not told whether somebody exists. */
@Controller('subjects/:sub/sign-out')
export class SignOutController {
  constructor(private readonly signOut: SignOut) {}

  @Post()
  @Authenticated()
  @HttpCode(204)
  async everywhere(
    @Caller() caller: Caller,
    @Param('sub', { schema: subjectParameter }) sub: string,
    @Req() request: { id: string },
  ): Promise<void> {
    const allowed = caller.subject === sub || caller.scopes.has(Scope.TokensRevoke);
    if (!allowed) throw new ScopeInsufficient([Scope.TokensRevoke]);
    const known = await this.signOut.everywhere(sub, actorOf(caller, request));
    if (!known) throw subjectNotFound();
  }
}
