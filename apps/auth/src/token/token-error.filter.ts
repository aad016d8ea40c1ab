import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OAuthError } from '../oauth/oauth-error.js';
import { TooManyAttempts } from '../throttle/too-many-attempts.js';

/** Answers the errors of the token endpoint as OAuth clients expect them: `application/json` (RFC 6749 §5.2). */
@Catch(OAuthError, TooManyAttempts)
export class TokenErrorFilter implements ExceptionFilter<OAuthError | TooManyAttempts> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch({ error, description, problem }: OAuthError | TooManyAttempts, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    for (const [name, value] of Object.entries(problem.headers ?? {})) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, { error, error_description: description }, problem.status);
  }
}
