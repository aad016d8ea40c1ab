import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** What a sensitive route demands beyond the access token. */
export interface Sensitivity {
  /** The request must be signed (RFC 9421) by one of these services. */
  readonly signature?: { readonly callers: readonly [string, ...string[]] };
}

const metadataKey = 'waybill:sensitivity';

/** The route demands more than a bearer token: see `Sensitivity`. */
export function Sensitive(sensitivity: Sensitivity): MethodDecorator & ClassDecorator {
  return SetMetadata(metadataKey, sensitivity);
}

/** What the handler, or else its class, demands. */
export function sensitivityOf(reflector: Reflector, context: ExecutionContext): Sensitivity | undefined {
  return reflector.getAllAndOverride<Sensitivity | undefined>(metadataKey, [context.getHandler(), context.getClass()]);
}
