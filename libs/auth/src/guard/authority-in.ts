import type { ExecutionContext } from '@nestjs/common';
import { type Authority, authorityOf } from '../call/authority.js';
import { accessRuleOf } from './declare/access-rule.js';
import { requestOf } from './receive/request-of.js';

/**
 * The authority with which a handler may act: that of its request. A public handler has none, although another part of the
 * same GraphQL request may have been granted some.
 */
export function authorityIn(context: ExecutionContext): Authority | undefined {
  if (accessRuleOf(context)?.kind === 'public') return undefined;
  const request = requestOf(context);
  return request && authorityOf(request);
}
