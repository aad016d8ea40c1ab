import { Body, Controller, Get, Headers, Param, Put, Req, Res } from '@nestjs/common';
import { Caller, Scopes, Sensitive } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { InjectDatabase } from '@waybill/database';
import { actorOf } from '../audit/actor.js';
import type { AuthDatabase } from '../database.js';
import { grantedScopes } from '../grants/grants.js';
import { subjectNotFound } from '../subjects/subject.problems.js';
import { subjectParameter } from '../subjects/subject-parameter.js';
import { isSubject } from '../subjects/subjects.js';
import { entityTagOf } from './entity-tag.js';
import { ReplaceScopes } from './replace-scopes.js';
import { type ReplaceScopesBody, replaceScopesBody, type SubjectScopes } from './subject-scopes.js';
import { preconditionRequired } from './subject-scopes.problems.js';

/** What of Fastify's reply is needed. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** What a subject may ask for. Two administrators who change it at once notice each other (RFC 9110 §13). */
@Controller('subjects/:sub/scopes')
export class SubjectScopesController {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly replaceScopes: ReplaceScopes,
  ) {}

  @Get()
  @Scopes(Scope.GrantsRead)
  async read(
    @Param('sub', { schema: subjectParameter }) sub: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SubjectScopes> {
    if (!(await isSubject(this.db, sub))) throw subjectNotFound();
    return tagged(reply, { sub, scopes: await grantedScopes(this.db, sub) });
  }

  @Put()
  @Scopes(Scope.GrantsWrite)
  @Sensitive()
  async replace(
    @Caller() caller: Caller,
    @Param('sub', { schema: subjectParameter }) sub: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: replaceScopesBody }) { scopes }: ReplaceScopesBody,
    @Req() request: { id: string },
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SubjectScopes> {
    if (ifMatch === undefined) throw preconditionRequired();
    return tagged(reply, await this.replaceScopes.replace({ sub, scopes, ifMatch }, actorOf(caller, request)));
  }
}

function tagged(reply: Reply, state: SubjectScopes): SubjectScopes {
  reply.header('ETag', entityTagOf(state));
  return state;
}
