import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import { Authenticated, Caller, ClientAddresses, Sensitive } from '@waybill/auth';
import { InjectDatabase } from '@waybill/database';
import { actorOf } from '../audit/actor.js';
import type { AuthDatabase } from '../database.js';
import type { Page } from '../lists/page.js';
import { JsonOnlyGuard } from '../login/json-only.guard.js';
import type { FastifyRequest } from '../token/token-request.js';
import { CreateSecondKey, type SecondKeyAnswer } from './create-second-key.js';
import { listSecondKeys, type ShownSecondKey } from './list-second-keys.js';
import { RevokeSecondKey } from './revoke-second-key.js';
import { type SecondKeyBody, secondKeyBody } from './second-key.body.js';
import { secondKeyNotFound } from './second-key.problems.js';

/** Second keys, each with a token that works with it alone: one makes, sees and revokes one's own. */
@Controller('second-keys')
export class SecondKeysController {
  constructor(
    @InjectDatabase() private readonly db: AuthDatabase,
    private readonly createSecondKey: CreateSecondKey,
    private readonly revokeSecondKey: RevokeSecondKey,
    private readonly addresses: ClientAddresses,
  ) {}

  @Post()
  @Authenticated()
  @Sensitive()
  @UseGuards(JsonOnlyGuard)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  create(
    @Body({ schema: secondKeyBody }) body: SecondKeyBody,
    @Caller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<SecondKeyAnswer> {
    const address = this.addresses.of(request) ?? '';
    return this.createSecondKey.create({ caller, address, actor: actorOf(caller, request) }, body);
  }

  @Get()
  @Authenticated()
  list(@Caller() { subject }: Caller): Promise<Page<ShownSecondKey>> {
    return listSecondKeys(this.db, subject);
  }

  @Delete(':id')
  @Authenticated()
  @HttpCode(204)
  async revoke(@Caller() caller: Caller, @Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const revoked = await this.revokeSecondKey.revoke(caller.subject, id, actorOf(caller, request));
    if (!revoked) throw secondKeyNotFound();
  }
}
