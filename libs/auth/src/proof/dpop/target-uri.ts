/** An absolute http(s) URI without credentials; white space, control characters and backslashes are what URL parsers mend in silence. */
const httpUri = /^https?:\/\/[^/?#@\\\s]+(?:[/?#][^\\\s]*)?$/i;
const escapes = /%[0-9a-f]{2}/gi;
const unreserved = /^[A-Za-z0-9\-._~]$/;

/**
 * The one spelling in which target URIs are compared (RFC 9449 §4.3, RFC 3986 §6.2.2–6.2.3): scheme and host in lower case, the
 * default port left out, dot segments resolved, an empty path as `/`, escapes decoded where they need not be and in capitals
 * elsewhere, query and fragment dropped. Undefined for what is no absolute http or https URI.
 */
export function targetUri(uri: string): string | undefined {
  if (!httpUri.test(uri) || !URL.canParse(uri)) return undefined;
  const { origin, pathname } = new URL(uri);
  return origin + pathname.replace(escapes, plainest);
}

function plainest(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
  return unreserved.test(character) ? character : triplet.toUpperCase();
}
