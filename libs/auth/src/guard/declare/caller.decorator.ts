import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller as VerifiedCaller } from '../../verify/index.js';
import { authorityIn } from '../authority-in.js';

/** Who calls, as a verified access token says. */
export type Caller = VerifiedCaller;

/** Hands the verified caller to a handler's parameter. A public route has none, and asking there is a programming error. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): VerifiedCaller => {
  const authority = authorityIn(context);
  if (!authority)
    throw new TypeError('@Caller() stands on a route without a caller. Guard the route, or leave the parameter out.');
  return authority.caller;
});
