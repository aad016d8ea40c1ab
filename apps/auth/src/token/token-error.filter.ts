import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OAuthError } from '../oauth/oauth-error.js';

/** Answers the errors of the token endpoint as OAuth clients expect them: `application/json` (RFC 6749 §5.2). */
@Catch(OAuthError)
export class TokenErrorFilter implements ExceptionFilter<OAuthError> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch({ error, description, problem }: OAuthError, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    for (const [name, value] of Object.entries(problem.headers ?? {})) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, { error, error_description: description }, problem.status);
  }
}
