import { OAuthError } from '../oauth/oauth-error.js';

/** The parameters of a token request, each at most once; those without a value are left out (RFC 6749 §3.2). */
export type Form = ReadonlyMap<string, string>;

/** Reads a parsed form body. Throws OAuthError `invalid_request` for another media type or a repeated parameter. */
export function readForm(contentType: string | undefined, body: unknown): Form {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'Send the parameters as application/x-www-form-urlencoded.');
  }
  return new Map(Object.entries(body ?? {}).flatMap(([name, value]) => parameter(name, value)));
}

/** A parameter that must be there. Throws OAuthError `invalid_request`. */
export function required(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `The parameter ${name} is missing.`);
  return value;
}

function parameter(name: string, value: unknown): [string, string][] {
  if (typeof value !== 'string') throw new OAuthError('invalid_request', 'A parameter is repeated.');
  return value === '' ? [] : [[name, value]];
}
