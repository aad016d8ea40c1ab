import { ProblemException } from '@waybill/service-defaults';

/** The same for an unknown name and a wrong password; OAuth clients find the error code they know. */
export function invalidCredentials(): ProblemException {
  const detail = 'There is no account with this name and password.';
  return new ProblemException(401, 'invalid_credentials', 'Sign-in refused', detail, {
    error: 'invalid_grant',
    error_description: detail,
  });
}
