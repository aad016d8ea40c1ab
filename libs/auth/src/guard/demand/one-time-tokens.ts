import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { memoryUsedTokens, requireUnused, type UsedTokens } from '../../revoke/index.js';
import type { Caller } from '../../verify/index.js';
import type { Sensitivity } from '../declare/sensitive.decorator.js';
import { bodyOf, fieldValues, type HttpRequest } from '../receive/http-request.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../service-auth.options.js';

/** Uses tokens up on the routes that take them once. */
@Injectable()
export class OneTimeTokens {
  private readonly usedTokens: UsedTokens;

  constructor(@Inject(SERVICE_AUTH_OPTIONS) { usedTokens }: ServiceAuthOptions) {
    this.usedTokens = usedTokens ?? memoryUsedTokens();
  }

  /** @throws TokenInvalid, VerdictUnavailable */
  async require(request: HttpRequest, sensitivity: Sensitivity | undefined, caller: Caller): Promise<void> {
    if (sensitivity?.once) await requireUnused(caller, purposeOf(request), this.usedTokens);
  }
}

/**
 * What a request is for: method, target, idempotency key and body, as one digest. Undefined where it may not be repeated,
 * because it carries no key, or more than one, or its body was not kept.
 */
function purposeOf(request: HttpRequest): string | undefined {
  const [key, ...more] = fieldValues(request, 'idempotency-key');
  const body = bodyOf(request);
  if (!key || more.length > 0 || !body) return undefined;
  return digest(JSON.stringify([request.method, request.originalUrl, key, digest(body)]));
}

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64url');
}
