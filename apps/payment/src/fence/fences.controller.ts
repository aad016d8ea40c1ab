import { Controller, Get, HttpStatus, Param, Put } from '@nestjs/common';
import { Scopes, Sensitive } from '@waybill/auth';
import { type ChargeFence, type RefundFence, Scope } from '@waybill/contracts';
import { ProblemException } from '@waybill/service-defaults';
import { gatewayProblemOf } from '../gateway/gateway.problems.js';
import { idParameter } from '../id-parameter.js';
import { FenceCharge } from './fence-charge.js';
import { FenceRefund } from './fence-refund.js';

/** What the order service, as itself, learns and settles of a charge or a refund whose answer it has not heard. */
@Controller('payments')
@Scopes(Scope.PaymentSettle)
@Sensitive({ signature: { callers: ['order'] } })
export class FencesController {
  constructor(
    private readonly charges: FenceCharge,
    private readonly refunds: FenceRefund,
  ) {}

  @Get('by-order/:orderId/fence')
  async readCharge(@Param('orderId', { schema: idParameter }) orderId: string): Promise<ChargeFence> {
    return found(await this.charges.read(orderId));
  }

  @Put('by-order/:orderId/fence')
  settleCharge(@Param('orderId', { schema: idParameter }) orderId: string): Promise<ChargeFence> {
    return this.charges.settle(orderId).catch(refuse);
  }

  @Get('by-refund/:refundId/fence')
  async readRefund(@Param('refundId', { schema: idParameter }) refundId: string): Promise<RefundFence> {
    return found(await this.refunds.read(refundId));
  }

  @Put('by-refund/:refundId/fence')
  settleRefund(@Param('refundId', { schema: idParameter }) refundId: string): Promise<RefundFence> {
    return this.refunds.settle(refundId).catch(refuse);
  }
}

function refuse(error: unknown): never {
  throw gatewayProblemOf(error);
}

function found<Fence>(fence: Fence | undefined): Fence {
  if (fence !== undefined) return fence;
  throw new ProblemException(
    HttpStatus.NOT_FOUND,
    'fence_not_found',
    'Nothing is settled',
    'Nobody has claimed this id, or the gateway has not decided yet. PUT settles it.',
  );
}
