import { ProblemException } from '@waybill/service-defaults';

/** The error codes of RFC 6749 §5.2 and RFC 8693 §2.2.2, and what they mean in a few words. */
const titles = {
  invalid_request: 'Malformed token request',
  invalid_client: 'Client not authenticated',
  invalid_grant: 'Grant not valid',
  unauthorized_client: 'Grant type not for this client',
  unsupported_grant_type: 'Grant type not supported',
  invalid_scope: 'Scope not granted',
  invalid_target: 'Service not to be reached in this way',
} as const;

/** An error code of the token endpoint. */
export type OAuthErrorCode = keyof typeof titles;

const basicChallenge = { 'WWW-Authenticate': 'Basic realm="auth.service", charset="UTF-8"' };

/** A request for a token that is refused. The description goes to the client: it never holds a secret. */
export class OAuthError extends ProblemException {
  constructor(
    readonly error: OAuthErrorCode,
    readonly description: string,
  ) {
    const unauthenticated = error === 'invalid_client';
    super(
      unauthenticated ? 401 : 400,
      error,
      titles[error],
      description,
      { error, error_description: description },
      unauthenticated ? basicChallenge : {},
    );
  }
}
