import { type CanActivate, type ExecutionContext, Logger, UseGuards } from '@nestjs/common';
import type { Handler } from '../../audit/handlers.js';
import { accessRuleOf } from '../declare/access-rule.js';

/**
 * Lets only public handlers receive messages. Nest leaves the application's guards out of a microservice that was connected
 * without `inheritAppConfig`, so this stands on each handler itself.
 */
class TransportGate implements CanActivate {
  private readonly logger = new Logger('ServiceAuth');

  canActivate(context: ExecutionContext): boolean {
    const isMessage = ['rpc', 'ws'].includes(context.getType());
    if (!isMessage || accessRuleOf(context)?.kind === 'public') return true;
    this.logger.warn(
      `${context.getClass().name}.${context.getHandler().name} refused a message that the guard was not asked about. Connect the microservice with { inheritAppConfig: true }.`,
    );
    return false;
  }
}

const gate = new TransportGate();
const gated = new WeakSet<object>();

/** Puts the gate on the handlers that receive messages, as `@UseGuards` on them would. */
export function gateMessages(handlers: readonly Handler[]): void {
  for (const { transport, prototype, method, getHandler } of handlers) {
    const handler = getHandler();
    if (!['rpc', 'websocket'].includes(transport) || gated.has(handler)) continue;
    gated.add(handler);
    UseGuards(gate)(prototype, method, { value: handler });
  }
}
