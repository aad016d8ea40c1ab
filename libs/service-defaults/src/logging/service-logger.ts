import { Logger, type Params, PinoLogger } from 'nestjs-pino';

/** What Nest says of its own boot; the service says in one line that it listens. */
const bootContexts = new Set<unknown>([
  'ExceptionHandler',
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * Nest's logger over pino. A refused request stays one line: what the guard notes of its decision (an object with a
 * `decisionId`) is carried by the line of the request.
 */
export class ServiceLogger extends Logger {
  private readonly pino: PinoLogger;

  constructor(params: Params) {
    const pino = new PinoLogger(params);
    super(pino, params);
    this.pino = pino;
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (bootContexts.has(rest.at(-1))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  override warn(message: unknown, ...rest: unknown[]): void {
    const decision = [message, ...rest].find(isDecision);
    if (decision && this.withinRequest()) this.pino.assign({ decision: withoutRequest(decision) });
    else super.warn(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (bootContexts.has(rest.at(-1))) super.debug(message, ...rest);
    else super.error(message, ...rest);
  }

  private withinRequest(): boolean {
    return this.pino.logger !== PinoLogger.root;
  }
}

function isDecision(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'decisionId' in value;
}

/** The line of the request says these itself. */
function withoutRequest({ method, path, status, msg, ...decision }: Record<string, unknown>): Record<string, unknown> {
  return decision;
}
