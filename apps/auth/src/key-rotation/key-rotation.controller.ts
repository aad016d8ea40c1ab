import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { Caller, Scopes } from '@waybill/auth';
import { Scope } from '@waybill/contracts';
import { actorOf } from '../audit/actor.js';
import { type KeyRotationAnswer, type KeyRotationBody, keyRotationBody } from './key-rotation.body.js';
import { KeyRotation } from './key-rotation.js';

/** Changes the key that signs access tokens: in good order, or at once where the present one cannot be trusted. */
@Controller('keys/rotate')
export class KeyRotationController {
  constructor(private readonly rotation: KeyRotation) {}

  @Post()
  @Scopes(Scope.KeysRotate)
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async rotate(
    @Caller() caller: Caller,
    @Body({ schema: keyRotationBody }) { withdraw }: KeyRotationBody,
    @Req() request: { id: string },
  ): Promise<KeyRotationAnswer> {
    const actor = actorOf(caller, request);
    if (withdraw === undefined) {
      const { kid, signsFrom } = await this.rotation.rotate('access-token', { actor });
      return { kid, signsFrom: signsFrom.toISOString() };
    }
    const { kid, signsFrom } = await this.rotation.withdraw(withdraw, actor);
    return { kid, signsFrom: signsFrom.toISOString(), withdrawn: withdraw };
  }
}
