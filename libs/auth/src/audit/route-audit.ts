import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { accessRuleOf } from '../guard/declare/access-rule.js';
import { SERVICE_AUTH_OPTIONS, type ServiceAuthOptions } from '../guard/service-auth.options.js';
import { contradictionsOf } from './contradictions.js';
import { type Handler, handlersOf } from './handlers.js';

/** Holds the declarations of an application against each other at boot, and tells which routes are closed for want of one. */
@Injectable()
export class RouteAudit implements OnModuleInit {
  private readonly logger = new Logger('ServiceAuth');

  constructor(
    private readonly modules: ModulesContainer,
    @Inject(SERVICE_AUTH_OPTIONS) private readonly options: ServiceAuthOptions,
  ) {}

  /** @throws TypeError with one line a contradiction, or a route without a rule where those are to stop the boot */
  onModuleInit(): void {
    const handlers = handlersOf(this.modules);
    const fieldsAreGuarded = graphqlGuardsFields(this.modules);
    const { signatures, dpop } = this.options;
    const surroundings = { signatures, takesProofs: dpop !== undefined, fieldsAreGuarded };
    stopBoot(
      'Declarations contradict one another',
      handlers.flatMap((handler) =>
        contradictionsOf(handler, surroundings).map((why) => `${nameOf(handler)}: ${why}.`),
      ),
    );
    const reachable = handlers.filter(({ transport }) => transport !== 'graphql-field' || fieldsAreGuarded);
    this.report(reachable.filter((handler) => !accessRuleOf(handler)).map(withoutRule));
    this.warn(reachable.filter(isBeyondReach).map(beyondReach));
  }

  private report(lines: readonly string[]): void {
    if (this.options.unannotatedRoutes === 'fail-boot') stopBoot('Routes declare no access rule', lines);
    else this.warn(lines);
  }

  private warn(lines: readonly string[]): void {
    for (const line of new Set(lines)) this.logger.warn(line);
  }
}

function stopBoot(what: string, lines: readonly string[]): void {
  if (lines.length > 0) throw new TypeError([`${what}:`, ...new Set(lines)].join('\n  '));
}

function withoutRule(handler: Handler): string {
  return `${nameOf(handler)} declares no access rule and is closed. Add @Scopes, @AnyScope, @Authenticated or @Public.`;
}

/** Messages carry no credentials that could be judged: only what is open to everybody passes. */
function isBeyondReach(handler: Handler): boolean {
  const kind = accessRuleOf(handler)?.kind;
  return ['websocket', 'rpc'].includes(handler.transport) && kind !== undefined && kind !== 'public';
}

function beyondReach(handler: Handler): string {
  return `${nameOf(handler)} is closed, because only HTTP and GraphQL over HTTP carry credentials. Serve it there, or make it @Public.`;
}

function nameOf({ getClass, method, transport, address }: Handler): string {
  return `${getClass().name}.${method} (${transport === 'http' ? '' : `${transport} `}${address})`;
}

/** GraphQLModule keeps its options under this token; its package need not be installed. */
function graphqlGuardsFields(modules: ModulesContainer): boolean {
  return [...modules.values()]
    .flatMap(({ providers }) => providers.get('GqlModuleOptions')?.instance ?? [])
    .every((options) => (options as { fieldResolverEnhancers?: string[] }).fieldResolverEnhancers?.includes('guards'));
}
