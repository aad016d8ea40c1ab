/** The type of an access token that says what it is (RFC 9068 §2.1). */
export const accessTokenType = 'at+jwt';

const types = /^[a-z0-9][a-z0-9.+-]*$/;

/** Spells a `typ` in the one way in which types are compared: lower case, `application/` left out (RFC 7515 §4.1.9). */
export function mediaTypeOf(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}

/** Says whether a string can be compared as a type at all. */
export function isMediaType(typ: unknown): typ is string {
  return typeof typ === 'string' && types.test(mediaTypeOf(typ));
}
